import { describe, expect, it } from 'vitest';
import { hostIndexOfCode } from '../../../src/relay/notifications/codes.ts';
import { bareReply, host, reply } from './host-alone.ts';
import { alertRow } from './rows.ts';

describe('an alert that comes while there is no quorum', () => {
  it('is paged by the host that took it, marked, through all levels; with the quorum back nobody is paged again', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, to, local } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await pass(2_000);
    expect(to('ana')).toHaveLength(1);
    expect(to('ana')[0]).toMatch(/no quorum/iu);
    await pass(60_000);
    expect(to('ben')).toHaveLength(1);
    await regainQuorum();
    expect(await incident()).toMatchObject({
      status: 'triggered',
      level: 1,
      told: ['ana', 'ben'],
      events: 1,
    });
    await pass(20_000);
    expect(to('ana')).toHaveLength(1);
    expect(to('ben')).toHaveLength(1);
    expect(local.files, 'what was done alone is in the cluster').toBe(0);
  });

  it('that she acknowledged alone is acknowledged, and stays quiet', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, to, sent } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await pass(2_000);
    const code = sent[0]?.code ?? 0;
    expect(hostIndexOfCode(code)).toBe(1);
    await accept(reply(2, code));
    await pass(2_000);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana' });
    await pass(180_000);
    expect(to('ben')).toEqual([]);
  });

  it('and is resolved by its monitor meanwhile is resolved', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, to } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await accept(alertRow(2, { action: 'resolve' }));
    await pass(2_000);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'resolved' });
    await pass(180_000);
    expect(to('ben')).toEqual([]);
  });
});

describe('an alert whose incident was opened just before the quorum went', () => {
  it('is paged by the host that took it, and by nobody again with the quorum back', async () => {
    const { accept, losesQuorumBefore, loseQuorum, regainQuorum, pass, incident, to, local } = await host();
    losesQuorumBefore('r:ana');
    await accept(alertRow(1));
    expect(await incident()).toMatchObject({ status: 'triggered', told: ['ana'] });
    expect(to('ana')).toEqual([]);
    await loseQuorum();
    await pass(5_000);
    expect(to('ana')).toHaveLength(1);
    await regainQuorum();
    await pass(30_000);
    expect(to('ana')).toHaveLength(1);
    expect(to('ana')[0]).toMatch(/no quorum/iu);
    expect(await incident()).toMatchObject({ status: 'triggered', events: 1, told: ['ana'] });
    expect(local.files).toBe(0);
    await pass(60_000);
    expect(to('ben')).toHaveLength(1);
  });
});

describe('an alert that this host paged alone, and that others carried through meanwhile', () => {
  it('is acknowledged by who acknowledged it here: what was done alone comes by itself', async () => {
    const { accept, elsewhere, loseQuorum, regainQuorum, pass, incident, sent, to, local } = await host();
    const row = alertRow(1);
    await loseQuorum();
    await accept(row);
    await pass(2_000);
    await accept(reply(2, sent[0]?.code ?? 0));
    await pass(2_000);
    await elsewhere(row);
    await pass(2_000);
    expect(await incident(), 'the others do not know').toMatchObject({ status: 'triggered' });
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana', events: 1 });
    await pass(180_000);
    expect(to('ben')).toEqual([]);
    expect(local.files, 'what was done alone is in the cluster').toBe(0);
  });

  it('has its text from here answered', async () => {
    const { accept, elsewhere, loseQuorum, regainQuorum, pass, incident, sent, to } = await host();
    const row = alertRow(1);
    await loseQuorum();
    await accept(row);
    await pass(2_000);
    const code = sent[0]?.code ?? 0;
    await elsewhere(row);
    await regainQuorum();
    await accept(reply(2, code));
    await pass(2_000);
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana' });
    const pages = to('ana').filter((text) => /reply \d+/iu.test(text));
    expect(pages, 'one by each').toHaveLength(2);
  });
});

describe('an alert that was paged with a quorum', () => {
  it('is not paged again when the quorum goes before its mark is written', async () => {
    const { accept, loseQuorum, pass, to } = await host();
    await accept(alertRow(1));
    await pass(1_000);
    expect(to('ana')).toHaveLength(1);
    await loseQuorum();
    await pass(30_000);
    expect(to('ana')).toHaveLength(1);
  });

  it('and answered with a code from before, while there is none, is acknowledged when there is one again', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, sent, to } = await host();
    await accept(alertRow(1));
    await pass(1_000);
    await loseQuorum();
    await accept(reply(2, sent[0]?.code ?? 0));
    await pass(10_000);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana' });
    await pass(180_000);
    expect(to('ben')).toEqual([]);
  });
});

describe('a bare word', () => {
  it('of somebody who was told nothing alone answers the page from before', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, to } = await host();
    await accept(alertRow(1));
    await pass(62_000);
    expect(to('ben')).toHaveLength(1);
    await loseQuorum();
    await accept(alertRow(2, { key: 'cpu' }));
    await pass(2_000);
    await accept(bareReply(3, 'ben', '+15550101'));
    await pass(2_000);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ben' });
  });
});

describe('a code given out without a quorum', () => {
  it('is answered with one, like any other', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, sent, to } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await pass(2_000);
    await regainQuorum();
    await accept(reply(2, sent[0]?.code ?? 0));
    await pass(2_000);
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana' });
    await pass(180_000);
    expect(to('ben')).toEqual([]);
  });
});

describe('a quorum that comes and goes', () => {
  it('leaves an answer to what was paged alone before for when it is back: it is known to all only then', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, sent, to } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await pass(2_000);
    await regainQuorum();
    await loseQuorum();
    await accept(alertRow(2, { key: 'cpu' }));
    await accept(reply(3, sent[0]?.code ?? 0));
    await pass(20_000);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana' });
    await pass(180_000);
    expect(to('ben').filter((text) => text.includes('disk trigger'))).toEqual([]);
  });

  it('pages alone what it had taken up and paged nobody about when the quorum came back for a moment', async () => {
    const { accept, loseQuorum, regainQuorum, blink, pass, to, incident } = await host();
    await loseQuorum();
    await blink(alertRow(1));
    await pass(20_000);
    expect(to('ana')).toHaveLength(1);
    await accept(alertRow(2, { key: 'cpu' }));
    expect(to('ana')).toHaveLength(2);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'triggered', told: ['ana'] });
    await pass(5_000);
    expect(to('ana')).toHaveLength(2);
  });

  it('repeats nothing that was paged alone, and pages what is new', async () => {
    const { accept, loseQuorum, regainQuorum, pass, to } = await host();
    for (let round = 1; round <= 3; round += 1) {
      await loseQuorum();
      await accept(alertRow(round, { key: `key-${round}` }));
      await pass(3_000);
      await regainQuorum();
      await pass(3_000);
      expect(to('ana').filter((text) => text.includes(`key-${round} trigger`))).toHaveLength(1);
    }
  });
});
