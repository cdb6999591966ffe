"""The sentences of notices, in both languages."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # Reading
    "key_twice": {
        "en": 'The key "{key}" stands here twice; the later one counts.',
        "zh": "键“{key}”重复，以后出现的为准。",
    },
    "tag_ignored": {
        "en": "The tag {tag} is ignored: nothing is built or run from a file.",
        "zh": "标签 {tag} 已忽略：不会根据文件构建或运行任何内容。",
    },
    "nlu_item_unknown": {
        "en": "No intent, synonym, lookup or regex ({keys}).",
        "zh": "不是意图、同义词、查找表或正则（{keys}）。",
    },
    "example_empty": {
        "en": "An example without text or intent (intent {intent}).",
        "zh": "例句缺少文本或意图（意图 {intent}）。",
    },
    "example_no_dash": {"en": 'The line does not begin with "-": {text}', "zh": "这一行没有以“-”开头：{text}"},
    "annotation_unreadable": {
        "en": "The entity markup cannot be read; the text came over as it stands: {text}",
        "zh": "实体标注无法读取，文本已原样导入：{text}",
    },
    "annotation_outside": {
        "en": 'The entity "{entity}" lies outside its sentence: {text}',
        "zh": "实体“{entity}”的位置超出句子范围：{text}",
    },
    "vocabulary_empty": {"en": '"{name}" has no name or no words.', "zh": "“{name}”没有名称或没有词条。"},
    "response_twice": {
        "en": 'The response "{name}" is defined twice; the later one counts.',
        "zh": "回复“{name}”重复定义，以后出现的为准。",
    },
    "lookup_file_missing": {
        "en": "The lookup table's file {path} is not part of what was sent.",
        "zh": "查找表文件 {path} 不在上传内容中。",
    },
    "story_unknown": {"en": "No story or rule ({keys}).", "zh": "不是故事或规则（{keys}）。"},
    "step_unknown": {"en": "A step of an unknown kind: {keys}", "zh": "未知类型的步骤：{keys}"},
    "settings_left": {
        "en": "Settings and secrets of the old server are not taken over.",
        "zh": "原服务器的设置和密钥不会导入。",
    },
    "pipeline_left": {
        "en": "The training pipeline is not needed: this platform trains its own.",
        "zh": "不需要训练流水线配置：本平台使用自己的训练方法。",
    },
    "code_left": {"en": "Not opened: programs and models are never run.", "zh": "未打开：不会运行任何程序或模型。"},
    "archive_inside": {"en": "Not opened: an archive inside an archive.", "zh": "未打开：压缩包内的压缩包。"},
    # Converting
    "example_too_long": {
        "en": 'An example of "{intent}" is too long and stayed behind.',
        "zh": "意图“{intent}”的一条例句过长，未导入。",
    },
    "example_twice": {
        "en": 'The example stands twice under "{intent}": {text}',
        "zh": "意图“{intent}”下的例句重复：{text}",
    },
    "button_example": {
        "en": 'The button "{title}" became an example of "{intent}": pressing it here says its title.',
        "zh": "按钮“{title}”已成为意图“{intent}”的例句：在这里点击按钮即发送其文字。",
    },
    "intent_untaught": {
        "en": 'The intent "{intent}" has no examples and can\'t be recognised.',
        "zh": "意图“{intent}”没有例句，无法识别。",
    },
    "outside_ours": {
        "en": 'What "{intent}" answered here: the knowledge base is asked, else the bot\'s one refusal is said.',
        "zh": "“{intent}”此处的回复改为先查知识库，查不到时用机器人统一的婉拒回复。",
    },
    "entity_renamed": {"en": 'The entity "{name}" is called {ours} here.', "zh": "实体“{name}”在这里名为 {ours}。"},
    "entity_unknown": {
        "en": 'Nothing says what the entity "{name}" looks like: no example, lookup or pattern.',
        "zh": "实体“{name}”没有例句、查找表或正则，无法得知它的取值。",
    },
    "entity_refused": {"en": 'The entity "{name}" cannot be used: {reason}', "zh": "实体“{name}”无法使用：{reason_zh}"},
    "synonym_unused": {
        "en": 'No entity has the value "{name}", so its synonyms have no use.',
        "zh": "没有实体取值为“{name}”，其同义词没有用处。",
    },
    "lookup_unused": {
        "en": 'No entity belongs to the lookup table "{name}"; it was a hint for the old training.',
        "zh": "查找表“{name}”没有对应的实体，它只是原训练的提示。",
    },
    "regex_unused": {
        "en": 'No entity belongs to the pattern "{name}"; it was a hint for the old training.',
        "zh": "正则“{name}”没有对应的实体，它只是原训练的提示。",
    },
    "regex_beside_lookup": {
        "en": 'The entity "{name}" has a lookup table and a pattern; the table came over.',
        "zh": "实体“{name}”同时有查找表和正则，已导入查找表。",
    },
    "variant_left": {
        "en": 'A variant of "{name}" for one channel or condition stayed behind.',
        "zh": "回复“{name}”中针对特定渠道或条件的变体未导入。",
    },
    "variants_left": {
        "en": 'Of the variants of "{name}" the first came over; only plain replies have several.',
        "zh": "回复“{name}”只导入了第一个变体：只有不含取值的普通回复支持多个变体。",
    },
    "extra_left": {
        "en": '"{extra}" of the response "{name}" stayed behind: replies are text, links and buttons.',
        "zh": "回复“{name}”中的“{extra}”未导入：回复只含文本、链接和按钮。",
    },
    "names_left": {
        "en": 'The response "{response}" speaks of {{{name}}}, which nothing fills here; it was taken out.',
        "zh": "回复“{response}”中的 {{{name}}} 在这里没有取值，已去掉。",
    },
    "response_unused": {"en": 'Nothing here says the response "{name}".', "zh": "回复“{name}”在这里不会被用到。"},
    "prompt_missing": {
        "en": 'The form "{form}" has no text that asks for "{slot}"; a plain question was written.',
        "zh": "表单“{form}”没有询问“{slot}”的文本，已写入一句通用问话。",
    },
    "prompt_names": {
        "en": 'The question for "{slot}" speaks of {{{name}}}; it was taken out.',
        "zh": "询问“{slot}”的文本中含有 {{{name}}}，已去掉。",
    },
    "mapping_left": {
        "en": 'A program or an intent filled the slot "{slot}"; here the user is asked.',
        "zh": "槽位“{slot}”原由程序或意图填充，在这里改为询问用户。",
    },
    "form_never_started": {
        "en": 'No rule or story starts the form "{name}" by an intent.',
        "zh": "没有规则或故事通过意图启动表单“{name}”。",
    },
    "form_empty": {
        "en": 'The form "{name}" names no slots; they stood in a program.',
        "zh": "表单“{name}”没有列出槽位（写在程序里）。",
    },
    "lead_left": {
        "en": 'What was said before the form "{form}" stayed behind: {actions}',
        "zh": "表单“{form}”开始前的话未导入：{actions}",
    },
    "flow_refused": {"en": 'The flow "{name}" could not be made: {reason}', "zh": "流程“{name}”无法生成：{reason_zh}"},
    "needs_connector": {
        "en": 'The action "{action}" was a program: it needs a connector here.',
        "zh": "动作“{action}”是一段程序，在这里需要用连接器实现。",
    },
    "needs_pattern": {
        "en": 'The check "{action}" was a program: write it as a pattern of the slot.',
        "zh": "校验“{action}”是一段程序，请改写为槽位的正则。",
    },
    "hands_over": {
        "en": 'The action "{action}" passes the talk to a human here.',
        "zh": "动作“{action}”在这里表示转人工。",
    },
    "turn_differs": {
        "en": 'Here "{intent}" led to {actions} because of what came earlier; a flow knows only the last words.',
        "zh": "此处“{intent}”因更早的上文而回复 {actions}；流程只看机器人的上一句话。",
    },
    "unasked": {
        "en": "The bot began by itself here ({actions}); a flow begins with what the user says.",
        "zh": "此处机器人主动开口（{actions}）；流程总是由用户的话触发。",
    },
    "context_left": {
        "en": 'The intent "{intent}" held only in the context {contexts}; here it holds at any time.',
        "zh": "意图“{intent}”原先只在上下文 {contexts} 中有效，在这里随时有效。",
    },
    "condition_left": {
        "en": 'The route of "{intent}" had a condition, which stayed behind: {condition}',
        "zh": "意图“{intent}”的路由条件未导入：{condition}",
    },
    "event_left": {
        "en": 'What the bot said at the event "{event}" stayed behind: a flow begins with what the user says.',
        "zh": "事件“{event}”触发的回复没有带过来：流程总是由用户的话触发。",
    },
    "route_left": {
        "en": 'Another route answers "{intent}" here; a flow answers it one way, and the first route counts.',
        "zh": "此处另有路由处理“{intent}”；流程对同一意图的回复是固定的，以第一条路由为准。",
    },
    "language_left": {
        "en": 'The text of "{name}" in {language} stayed behind: bots here speak Chinese and English.',
        "zh": "回复“{name}”的 {language} 文本未导入：机器人使用中文和英文。",
    },
    # Merging
    "entity_kept": {
        "en": 'The bot already has another entity "{name}"; it stays as it is.',
        "zh": "机器人已有不同的实体“{name}”，保留原样。",
    },
    "flow_kept": {
        "en": 'The bot already has a flow "{name}", or one for the same intent; it stays as it is.',
        "zh": "机器人已有流程“{name}”或处理同一意图的流程，保留原样。",
    },
}
