"""PyPI's own clients of PagerDuty and Opsgenie, led to relay by their URL and nothing else.

A line in is one step, {"call": "...", ...}; the line out is what the client made of the answer. The environment says where
relay is (RELAY_URL), with which key (RELAY_KEY) and whose certificates count (RELAY_CA).
"""

import json
import os
import sys

# Where a certificate of everybody's is used nothing of this is needed.
os.environ["SSL_CERT_FILE"] = os.environ["RELAY_CA"]

import opsgenie_sdk
import pagerduty

URL = os.environ["RELAY_URL"]
KEY = os.environ["RELAY_KEY"]


def opsgenie():
    config = opsgenie_sdk.configuration.Configuration()
    config.host = URL
    config.ssl_ca_cert = os.environ["RELAY_CA"]
    config.api_key["Authorization"] = KEY
    return opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(config))


EVENTS = pagerduty.EventsApiV2Client(KEY, base_url=URL)
ALERTS = opsgenie()


def alert(found):
    data = found.data
    return {
        "id": data.id,
        "tinyId": data.tiny_id,
        "alias": data.alias,
        "message": data.message,
        "status": data.status,
        "acknowledged": data.acknowledged,
        "count": data.count,
        "priority": data.priority,
    }


def result(taken):
    """What the SDK finds out by itself: it asks for the request's status, then for the alert."""
    done = taken.retrieve_result().data
    return {"requestId": taken.request_id, "isSuccess": done.is_success, "alertId": done.alert_id, "alias": done.alias}


def about(step):
    return {"identifier": step["identifier"], "identifier_type": step.get("by", "alias")}


CALLS = {
    "trigger": lambda step: EVENTS.trigger(step["summary"], step["source"], **step.get("more", {})),
    "acknowledge": lambda step: EVENTS.acknowledge(step["key"]),
    "resolve": lambda step: EVENTS.resolve(step["key"]),
    # Version 7.2.0 fails to make a time of its own.
    "change": lambda step: EVENTS.submit(step["summary"], source=step["source"], timestamp=step["timestamp"]),
    "create": lambda step: result(
        ALERTS.create_alert(opsgenie_sdk.CreateAlertPayload(**step["alert"]))
    ),
    "ack": lambda step: result(
        ALERTS.acknowledge_alert(
            acknowledge_alert_payload=opsgenie_sdk.AcknowledgeAlertPayload(user=step["user"]), **about(step)
        )
    ),
    "note": lambda step: result(
        ALERTS.add_note(add_note_to_alert_payload=opsgenie_sdk.AddNoteToAlertPayload(note=step["note"]), **about(step))
    ),
    "close": lambda step: result(
        ALERTS.close_alert(
            close_alert_payload=opsgenie_sdk.CloseAlertPayload(note=step.get("note")), **about(step)
        )
    ),
    "get": lambda step: alert(ALERTS.get_alert(**about(step))),
    "list": lambda step: [one.alias for one in ALERTS.list_alerts(query=step["query"], limit=100).data],
    "count": lambda step: ALERTS.count_alerts(query=step["query"]).data.count,
}

for line in sys.stdin:
    step = json.loads(line)
    try:
        answer = {"answer": CALLS[step["call"]](step)}
    except (pagerduty.Error, opsgenie_sdk.OpenApiException) as error:
        answer = {"error": type(error).__name__, "status": getattr(error, "status", None), "text": str(error)[:500]}
    print(json.dumps(answer), flush=True)
