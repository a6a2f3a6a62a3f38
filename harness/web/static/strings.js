// strings.js: what the pages say, in English and Chinese: one table, and the switch between them.

const STRINGS = {
  title: ["Test report", "测试报告"],
  runTitle: ["Report of a run", "运行报告"],
  tests: ["Tests", "测试"],
  search: ["Search tests", "搜索测试"],
  searchHint: ["name, tag, device, text of the failure", "名称、标签、设备、失败信息"],
  all: ["all", "全部"],
  passed: ["passed", "通过"],
  failed: ["failed", "失败"],
  error: ["error", "出错"],
  skipped: ["skipped", "跳过"],
  xfailed: ["failed as expected", "预期失败"],
  xpassed: ["passed unexpectedly", "意外通过"],
  flaky: ["flaky", "不稳定"],
  quarantined: ["quarantined", "已隔离"],
  running: ["running", "运行中"],
  not_run: ["not run yet", "未运行"],
  waits: ["waiting", "排队中"],
  earlier: ["before: {0}", "此前：{0}"],
  shown: ["{0} of {1} tests", "{0} / {1} 个测试"],
  nothing: ["No test fits.", "没有符合条件的测试。"],
  sort: ["Order", "排序"],
  sortBad: ["failures first", "失败优先"],
  sortRun: ["as they ended", "按完成顺序"],
  sortName: ["by name", "按名称"],
  sortTime: ["slowest first", "最慢优先"],
  theme: ["Theme", "主题"],
  light: ["light", "浅色"],
  dark: ["dark", "深色"],
  auto: ["system", "跟随系统"],
  language: ["Language", "语言"],
  print: ["Print failures", "打印失败项"],
  back: ["Back to the list", "返回列表"],
  took: ["took {0}", "用时 {0}"],
  tookFor: ["{0} for {1} of the test's clock", "{0}（测试时钟 {1}）"],
  seed: ["seed {0}", "种子 {0}"],
  checks: ["{0} checks", "{0} 项检查"],
  again: ["Run it again", "重新运行"],
  copy: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  why: ["What went wrong", "失败原因"],
  reason: ["Reason", "原因"],
  in_setup: ["in set-up", "在准备阶段"],
  in_teardown: ["in tear-down", "在清理阶段"],
  ofFixture: ["of {0}", "（{0}）"],
  showFailure: ["Show it in the diagram", "在时序图中查看"],
  showNearest: ["Show the nearest message", "查看最接近的消息"],
  wanted: ["wanted", "期望"],
  got: ["got", "实际"],
  same: ["They are the same.", "两者相同。"],
  wantedGot: ["Wanted and got", "期望与实际"],
  wholeFile: ["whole file", "整个文件"],
  aroundLine: ["only around the line", "仅显示附近行"],
  noSource: ["The file is not in the results.", "结果中没有该文件。"],
  traceback: ["Traceback", "回溯"],
  attempts: ["Attempts", "尝试"],
  attempt: ["Attempt {0}", "第 {0} 次"],
  sideBySide: ["Side by side", "并排比较"],
  firstDifference: ["First difference", "第一处差异"],
  noDifference: ["The attempts told the same things in the same order.", "各次尝试的事件及顺序相同。"],
  diagram: ["What happened", "发生了什么"],
  noEvents: ["No events are kept of this test. --events keeps those of tests that passed, too.",
    "未保留该测试的事件。使用 --events 可同时保留通过的测试的事件。"],
  pageFull: ["The page was full: what happened in this test stands in results.jsonl alone.",
    "页面已满：该测试的事件仅保存在 results.jsonl 中。"],
  nothingHappened: ["Nothing happened that is told as an event.", "没有产生任何事件。"],
  output: ["Output", "输出"],
  noOutput: ["The scripts printed nothing.", "脚本没有输出。"],
  plots: ["Over time", "随时间变化"],
  latency: ["latency", "延迟"],
  signal: ["signal", "信号"],
  reconnects: ["connections", "连接数"],
  attachments: ["Attachments", "附件"],
  notKept: ["not kept", "未保留"],
  messages: ["messages", "消息"],
  at: ["AT and prompt", "AT 与提示符"],
  calls: ["calls", "调用"],
  prints: ["output", "输出"],
  faults: ["faults and orders", "故障与指令"],
  notes: ["notes", "提示"],
  find: ["Find in the diagram", "在时序图中查找"],
  fold: ["fold like messages", "折叠相似消息"],
  rows: ["{0} rows", "{0} 行"],
  found: ["{0} found", "找到 {0} 处"],
  overview: ["{0} of time; rows: {1}, failures: {2}, connections made or lost: {3}",
    "时长 {0}：{1} 行，{2} 个失败，{3} 次连接或断开"],
  overviewHint: ["The test's time: how much happened when. Red: failures. Amber: connections made or lost. A click goes there.",
    "测试时间轴：各时段事件的密度。红色：失败；黄色：连接或断开。点击可跳转。"],
  nextBad: ["Next failure", "下一个失败"],
  times: ["{0} times: {1}", "{0} 次：{1}"],
  unfold: ["Enter unfolds", "按 Enter 展开"],
  help: ["Arrow keys move, Enter opens, f goes to the next failure.",
    "方向键移动，Enter 打开，f 跳到下一个失败。"],
  script: ["script", "脚本"],
  module: ["module", "模组"],
  broker: ["broker", "代理"],
  cloud: ["cloud", "云平台"],
  host: ["host", "服务器"],
  application: ["application", "应用"],
  unseen: ["not seen at the other end", "对端未收到"],
  details: ["Details", "详情"],
  choose: ["Choose a row of the diagram to see its payload and the line that sent it.",
    "选择时序图中的一行，查看其内容和发送它的代码行。"],
  time: ["time", "时间"],
  kind: ["kind", "类型"],
  from: ["from", "从"],
  to: ["to", "到"],
  topic: ["topic", "主题"],
  device: ["device", "设备"],
  told: ["told by", "来源"],
  payload: ["Payload", "内容"],
  pretty: ["JSON", "JSON"],
  text: ["text", "文本"],
  hex: ["hex", "十六进制"],
  bytes: ["{0} bytes", "{0} 字节"],
  cutAt: ["Only the first {0} are shown.", "仅显示前 {0}。"],
  retained: ["retained", "保留消息"],
  sentBy: ["The line that did it", "对应的代码行"],
  notRun: ["{0} tests were not run: {1}", "{0} 个测试未运行：{1}"],
  cutOff: ["The results end here: the run was cut off.", "结果到此为止：运行被中断。"],
  missingShard: ["Shard {0} of {1} is missing: its tests are not in here.", "缺少分片 {0}/{1}：其测试不在此报告中。"],
  shards: ["merged of {0} shards", "由 {0} 个分片合并"],
  broken: ["The report cannot be read: {0}", "无法读取报告：{0}"],
  loading: ["Loading…", "加载中…"],
  docs: ["Documentation", "说明"],
  started: ["started {0}", "开始于 {0}"],
  class_assertion: ["check", "断言"],
  class_script: ["script", "脚本"],
  class_cloud: ["cloud", "云平台"],
  class_link: ["link", "链路"],
  class_port: ["port", "端口"],
  class_timeout: ["time-out", "超时"],
  class_harness: ["harness", "测试框架"],
};

// say adds what one page says alone.
export function say(words) {
  for (const [name, forms] of Object.entries(words)) {
    if (STRINGS[name]) throw new Error(`there are two texts ${name}`);
    STRINGS[name] = forms;
  }
}

let language = "en";

// LANGUAGES are those that the pages speak, by their names in themselves.
export const LANGUAGES = [["en", "English"], ["zh", "中文"]];

// remembered is a choice that the browser keeps for this page; "" where it keeps none.
export function remembered(name) {
  try {
    return localStorage.getItem("quecstar." + name) || "";
  } catch {
    return ""; // a page of a file may have no storage
  }
}

// remember keeps a choice, where the browser does.
export function remember(name, value) {
  try {
    localStorage.setItem("quecstar." + name, value);
  } catch {
    // it holds for this visit
  }
}

// setLanguage chooses a language; without one, that which was chosen before, or the browser's.
export function setLanguage(code) {
  if (code) remember("language", code);
  const wanted = code || remembered("language") || navigator.language || "en";
  language = wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  return language;
}

// t is a text in the chosen language, with its {0}, {1} … filled in. A name that the table has not is given back.
export function t(name, ...args) {
  const forms = STRINGS[name];
  if (!forms) return name;
  return forms[language === "zh" ? 1 : 0].replace(/\{(\d)\}/g, (_, i) => args[i]);
}

// count is a whole number as people read it.
export function count(n) {
  return n.toLocaleString(language === "zh" ? "zh-CN" : "en");
}

// duration is a number of nanoseconds for people.
export function duration(ns) {
  const s = ns / 1e9;
  if (s >= 3600) return `${Math.floor(s / 3600)}h${String(Math.floor(s / 60) % 60).padStart(2, "0")}m`;
  if (s >= 60) return `${Math.floor(s / 60)}m${String(Math.floor(s) % 60).padStart(2, "0")}s`;
  if (s >= 1) return `${s.toFixed(1)} s`;
  if (s >= 0.0995) return `${Math.round(s * 1000)} ms`;
  return `${(s * 1000).toFixed(1)} ms`;
}

// moment is how far into a test, as the console writes it.
export function moment(ns) {
  return "+" + (ns / 1e9).toFixed(3);
}
