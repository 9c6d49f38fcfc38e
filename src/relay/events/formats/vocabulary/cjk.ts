/** The common words of problem and recovery in Chinese, Japanese and Korean. Data only. */
import { generic, problem, recovery, success } from './entries.ts';
import type { Entry } from './types.ts';

/** Only where a state stands: "data recovery task failed". */
const state = (words: string): Entry => ({ ...recovery(words), place: 'state' });
const test = (words: string): Entry => ({ ...success(words), state: 'neither' });

/** Simplified and traditional. */
const CHINESE = [
  problem(
    'critical',
    '严重, 嚴重, 紧急, 緊急, 宕机, 宕機, 不可达, 不可達, 无法访问, 無法存取, 离线, 離線, 断电, 斷電, 中断, 中斷, 断开, 斷開, 无响应, 無回應, 掉线, 已停止, 崩溃, 崩潰, 不可用, 无法连接, 無法連線',
  ),
  problem(
    'error',
    '故障, 错误, 錯誤, 失败, 失敗, 异常, 異常, 不正常, 非正常, 未恢复, 未恢復, 没有恢复, 沒有恢復, 无法恢复, 無法恢復, 未解除, 未解决, 未解決, 不成功, 未成功, 没有成功, 沒有成功, 未正常, 恢复失败, 恢復失敗, 超时, 逾時',
  ),
  problem('warning', '警告, 过高, 過高, 过低, 過低, 不足, 即将过期, 即將到期'),
  generic('告警, 报警, 警报, 警報, 問題, 问题, 恢复中, 恢復中'),
  recovery(
    '恢复正常, 恢復正常, 已恢复正常, 已恢復正常, 已恢复, 已恢復, 已解决, 已解決, 告警解除, 报警解除, 警报解除, 警報解除, 故障解除, 已解除, 重新上线',
  ),
  // By itself 解除 may be of a lock, a connection, a protection.
  state('恢复, 恢復'),
  success('正常, 成功'),
  test('测试邮件, 測試郵件, 测试消息, 測試訊息, 测试告警, 測試通知, 测试通知'),
];
const JAPANESE = [
  problem(
    'critical',
    '危険, 重大, ダウン, 応答なし, 応答がありません, 応答していません, 接続できません, 停電, 停止しました, 停止, オフライン',
  ),
  problem(
    'error',
    '障害, エラー, 異常, 失敗しました, 失敗, 故障, 復旧していません, 復旧できません, 正常に動作していません, 正常ではありません, 成功しませんでした, 未復旧, 切断',
  ),
  problem('warning', '警告, 注意, 超過'),
  generic('アラート, 通報, 発生, 復旧中, 復旧作業'),
  recovery(
    '復旧しました, 復旧済み, 回復しました, 解消しました, 正常に戻りました, 正常化, 正常復帰, 解決しました, 解決済み',
  ),
  state('復旧, 回復, 解消, 起動'),
  success('正常です, 正常終了, 成功しました, 成功'),
  test('テストメール, テスト送信, テスト通知, テストアラート'),
];
const KOREAN = [
  problem('critical', '심각, 위험, 다운, 긴급, 응답 없음, 연결 끊김, 연결 해제, 오프라인'),
  problem('error', '장애, 오류, 실패, 이상, 고장, 중단, 비정상, 미복구, 미해결'),
  problem('warning', '경고, 주의, 초과'),
  generic('알림, 경보, 발생'),
  recovery('복구되었습니다, 복구됨, 복구 완료, 해결됨, 정상화, 경보 해제, 알림 해제, 알람 해제, 장애 해제'),
  state('복구, 해결'),
  success('정상, 성공'),
  test('테스트 메일, 테스트 알림'),
];

export const CJK: readonly Entry[] = [...CHINESE, ...JAPANESE, ...KOREAN];

const HAS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const termsOf = (entries: readonly Entry[]): string[] =>
  [...new Set(entries.flatMap(({ words }) => words.split(', ')))].toSorted(
    (one, other) => other.length - one.length,
  );
const KNOWN: ReadonlySet<string> = new Set(termsOf(CJK));
const WELL = termsOf(CJK.filter((entry) => entry.state === 'recovery')).join('|');
/** What they turn round is no recovery, nor is a rate, a value, or what begins by itself once more. */
const BEFORE =
  '(?:未能|没能|沒能|没有|沒有|没|沒|未|尚未|不能|不会|不會|不太|不|无法|無法|非|비|미|불|안 )(?:完全|成功|被|能|再|全部|及时|彻底)?';
const REST = '[^\\s。、，,;；!！?？.()（）「」【】]{0,12}?';
const BEHIND = `${REST}\\s?(?:ません|ない|なかった|なし|せず|きず|不可|見込み|않|아님|아닙|아니|못|불가|실패|안\\s?됨|안\\s?되)|率|性|値|值|률|出厂|终止|終止`;
const TERMS = new RegExp(
  `${BEFORE}(?:${WELL})|再起動|(?:${WELL})(?:${BEHIND})|${termsOf(CJK).join('|')}`,
  'gu',
);

/** These languages write their words together: with spaces round those that are known, none where a recovery is turned round. */
export const withSpaces = (line: string): string =>
  HAS.test(line)
    ? line.replaceAll(TERMS, (term) => (KNOWN.has(term) ? ` ${term} ` : term.replaceAll(/\s/gu, '')))
    : line;
