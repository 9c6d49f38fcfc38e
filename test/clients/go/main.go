// Calls relay by the Go clients of PagerDuty and Opsgenie, led to it by their address and nothing else. A line in is one
// step, {"call": "...", ...}; the line out is what the client made of the answer. The environment says where relay is
// (RELAY_URL, an https one) and with which key (RELAY_KEY), and whose certificates count (RELAY_CA).
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/PagerDuty/go-pagerduty"
	"github.com/opsgenie/opsgenie-go-sdk-v2/alert"
	"github.com/opsgenie/opsgenie-go-sdk-v2/client"
	"github.com/sirupsen/logrus"
)

type step struct {
	Call     string                   `json:"call"`
	V1       pagerduty.Event          `json:"v1"`
	V2       pagerduty.V2Event        `json:"v2"`
	Change   pagerduty.ChangeEvent    `json:"change"`
	Create   alert.CreateAlertRequest `json:"create"`
	Alias    string                   `json:"alias"`
	ID       string                   `json:"id"`
	Note     string                   `json:"note"`
	Query    string                   `json:"query"`
	Priority alert.Priority           `json:"priority"`
}

type clients struct {
	key    string
	events *pagerduty.Client
	alerts *alert.Client
	// Dials relay whatever the name, as the name server of a team that moved would say.
	http *http.Client
}

func main() {
	relay, err := url.Parse(os.Getenv("RELAY_URL"))
	fail(err)
	ca, err := os.ReadFile(os.Getenv("RELAY_CA"))
	fail(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	led := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, relay.Host)
		},
	}}
	logger := logrus.New()
	logger.SetOutput(os.Stderr)
	// With "api" in its name the SDK speaks https.
	alerts, err := alert.NewClient(&client.Config{
		ApiKey:         os.Getenv("RELAY_KEY"),
		OpsGenieAPIURL: "api.relay.example",
		HttpClient:     led,
		Logger:         logger,
	})
	fail(err)
	events := pagerduty.NewClient("", pagerduty.WithV2EventsAPIEndpoint("https://events.relay.example"))
	events.HTTPClient = led
	all := clients{key: os.Getenv("RELAY_KEY"), events: events, alerts: alerts, http: led}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked step
		fail(json.Unmarshal(lines.Bytes(), &asked))
		answer, err := all.take(asked)
		said := map[string]interface{}{"answer": answer}
		if err != nil {
			said = map[string]interface{}{"error": err.Error()}
		}
		line, err := json.Marshal(said)
		fail(err)
		fmt.Println(string(line))
	}
}

func (c clients) take(asked step) (interface{}, error) {
	ctx := context.Background()
	switch asked.Call {
	case "v1":
		asked.V1.ServiceKey = c.key
		return pagerduty.CreateEventWithHTTPClient(asked.V1, c.http)
	case "v2":
		asked.V2.RoutingKey = c.key
		return c.events.ManageEventWithContext(ctx, &asked.V2)
	case "change":
		asked.Change.RoutingKey = c.key
		return c.events.CreateChangeEventWithContext(ctx, asked.Change)
	case "create":
		return status(c.alerts.Create(ctx, &asked.Create))
	case "acknowledge":
		return status(c.alerts.Acknowledge(ctx, &alert.AcknowledgeAlertRequest{
			IdentifierType: alert.ALIAS, IdentifierValue: asked.Alias, Note: asked.Note}))
	case "note":
		return status(c.alerts.AddNote(ctx, &alert.AddNoteRequest{
			IdentifierType: alert.ALIAS, IdentifierValue: asked.Alias, Note: asked.Note}))
	case "priority":
		return status(c.alerts.UpdatePriority(ctx, &alert.UpdatePriorityRequest{
			IdentifierType: alert.ALIAS, IdentifierValue: asked.Alias, Priority: asked.Priority}))
	case "close":
		return status(c.alerts.Close(ctx, &alert.CloseAlertRequest{
			IdentifierType: alert.ALERTID, IdentifierValue: asked.ID, Note: asked.Note}))
	case "get":
		return c.alerts.Get(ctx, &alert.GetAlertRequest{IdentifierType: alert.ALIAS, IdentifierValue: asked.Alias})
	case "list":
		return c.alerts.List(ctx, &alert.ListAlertRequest{Query: asked.Query, Limit: 100})
	default:
		return nil, fmt.Errorf("there is no call %q", asked.Call)
	}
}

// What the SDK finds out by itself: it asks for the status of the request it made.
func status(taken *alert.AsyncAlertResult, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	done, err := taken.RetrieveStatus(context.Background())
	if err != nil {
		return nil, err
	}
	return map[string]interface{}{
		"requestId": taken.RequestId, "isSuccess": done.IsSuccess, "alertId": done.AlertID, "alias": done.Alias}, nil
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
