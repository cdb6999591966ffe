"""The sentences of notices."""

from __future__ import annotations

from nlu.bilingual import Text

TEXTS: dict[str, Text] = {
    # Reading
    "key_twice": Text('The key "{key}" stands here twice; the later one counts.', "键“{key}”重复，以后出现的为准。"),
    "tag_ignored": Text(
        "The tag {tag} is ignored: nothing is built or run from a file.",
        "标签 {tag} 已忽略：不会根据文件构建或运行任何内容。",
    ),
    "nlu_item_unknown": Text(
        "No intent, synonym, lookup or regex ({keys}).", "不是意图、同义词、查找表或正则（{keys}）。"
    ),
    "example_empty": Text(
        "An example without text or intent (intent {intent}).", "例句缺少文本或意图（意图 {intent}）。"
    ),
    "example_no_dash": Text('The line does not begin with "-": {text}', "这一行没有以“-”开头：{text}"),
    "annotation_unreadable": Text(
        "The entity markup cannot be read; the text came over as it stands: {text}",
        "实体标注无法读取，文本已原样导入：{text}",
    ),
    "annotation_outside": Text(
        'The entity "{entity}" lies outside its sentence: {text}', "实体“{entity}”的位置超出句子范围：{text}"
    ),
    "vocabulary_empty": Text('"{name}" has no name or no words.', "“{name}”没有名称或没有词条。"),
    "response_twice": Text(
        'The response "{name}" is defined twice; the later one counts.', "回复“{name}”重复定义，以后出现的为准。"
    ),
    "lookup_file_missing": Text(
        "The lookup table's file {path} is not part of what was sent.", "查找表文件 {path} 不在上传内容中。"
    ),
    "story_unknown": Text("No story or rule ({keys}).", "不是故事或规则（{keys}）。"),
    "step_unknown": Text("A step of an unknown kind: {keys}", "未知类型的步骤：{keys}"),
    "settings_left": Text(
        "Settings and secrets of the old server are not taken over.", "原服务器的设置和密钥不会导入。"
    ),
    "pipeline_left": Text(
        "The training pipeline is not needed: this platform trains its own.",
        "不需要训练流水线配置：本平台使用自己的训练方法。",
    ),
    "code_left": Text("Not opened: programs and models are never run.", "未打开：不会运行任何程序或模型。"),
    "archive_inside": Text("Not opened: an archive inside an archive.", "未打开：压缩包内的压缩包。"),
    # Converting
    "example_too_long": Text(
        'An example of "{intent}" is too long and stayed behind.', "意图“{intent}”的一条例句过长，未导入。"
    ),
    "example_twice": Text('The example stands twice under "{intent}": {text}', "意图“{intent}”下的例句重复：{text}"),
    "button_example": Text(
        'The button "{title}" became an example of "{intent}": pressing it here says its title.',
        "按钮“{title}”已成为意图“{intent}”的例句：在这里点击按钮即发送其文字。",
    ),
    "intent_untaught": Text(
        'The intent "{intent}" has no examples and can\'t be recognised.', "意图“{intent}”没有例句，无法识别。"
    ),
    "outside_ours": Text(
        'What "{intent}" answered here: the knowledge base is asked, else the bot\'s one refusal is said.',
        "“{intent}”此处的回复改为先查知识库，查不到时用机器人统一的婉拒回复。",
    ),
    "entity_renamed": Text('The entity "{name}" is called {ours} here.', "实体“{name}”在这里名为 {ours}。"),
    "entity_unknown": Text(
        'Nothing says what the entity "{name}" looks like: no example, lookup or pattern.',
        "实体“{name}”没有例句、查找表或正则，无法得知它的取值。",
    ),
    "entity_refused": Text('The entity "{name}" cannot be used: {reason}', "实体“{name}”无法使用：{reason}"),
    "synonym_unused": Text(
        'No entity has the value "{name}", so its synonyms have no use.', "没有实体取值为“{name}”，其同义词没有用处。"
    ),
    "lookup_unused": Text(
        'No entity belongs to the lookup table "{name}"; it was a hint for the old training.',
        "查找表“{name}”没有对应的实体，它只是原训练的提示。",
    ),
    "regex_unused": Text(
        'No entity belongs to the pattern "{name}"; it was a hint for the old training.',
        "正则“{name}”没有对应的实体，它只是原训练的提示。",
    ),
    "regex_beside_lookup": Text(
        'The entity "{name}" has a lookup table and a pattern; the table came over.',
        "实体“{name}”同时有查找表和正则，已导入查找表。",
    ),
    "variant_left": Text(
        'A variant of "{name}" for one channel or condition stayed behind.',
        "回复“{name}”中针对特定渠道或条件的变体未导入。",
    ),
    "variants_left": Text(
        'Of the variants of "{name}" the first came over; only plain replies have several.',
        "回复“{name}”只导入了第一个变体：只有不含取值的普通回复支持多个变体。",
    ),
    "extra_left": Text(
        '"{extra}" of the response "{name}" stayed behind: replies are text, links and buttons.',
        "回复“{name}”中的“{extra}”未导入：回复只含文本、链接和按钮。",
    ),
    "names_left": Text(
        'The response "{response}" speaks of {{{name}}}, which nothing fills here; it was taken out.',
        "回复“{response}”中的 {{{name}}} 在这里没有取值，已去掉。",
    ),
    "response_unused": Text('Nothing here says the response "{name}".', "回复“{name}”在这里不会被用到。"),
    "prompt_missing": Text(
        'The form "{form}" has no text that asks for "{slot}"; a plain question was written.',
        "表单“{form}”没有询问“{slot}”的文本，已写入一句通用问话。",
    ),
    "prompt_names": Text(
        'The question for "{slot}" speaks of {{{name}}}; it was taken out.',
        "询问“{slot}”的文本中含有 {{{name}}}，已去掉。",
    ),
    "mapping_left": Text(
        'A program or an intent filled the slot "{slot}"; here the user is asked.',
        "槽位“{slot}”原由程序或意图填充，在这里改为询问用户。",
    ),
    "form_never_started": Text(
        'No rule or story starts the form "{name}" by an intent.', "没有规则或故事通过意图启动表单“{name}”。"
    ),
    "form_empty": Text(
        'The form "{name}" names no slots; they stood in a program.', "表单“{name}”没有列出槽位（写在程序里）。"
    ),
    "lead_left": Text(
        'What was said before the form "{form}" stayed behind: {actions}', "表单“{form}”开始前的话未导入：{actions}"
    ),
    "flow_refused": Text('The flow "{name}" could not be made: {reason}', "流程“{name}”无法生成：{reason}"),
    "needs_connector": Text(
        'The action "{action}" was a program: it needs a connector here.',
        "动作“{action}”是一段程序，在这里需要用连接器实现。",
    ),
    "needs_pattern": Text(
        'The check "{action}" was a program: write it as a pattern of the slot.',
        "校验“{action}”是一段程序，请改写为槽位的正则。",
    ),
    "hands_over": Text('The action "{action}" passes the talk to a human here.', "动作“{action}”在这里表示转人工。"),
    "turn_differs": Text(
        'Here "{intent}" led to {actions} because of what came earlier; a flow knows only the last words.',
        "此处“{intent}”因更早的上文而回复 {actions}；流程只看机器人的上一句话。",
    ),
    "unasked": Text(
        "The bot began by itself here ({actions}); a flow begins with what the user says.",
        "此处机器人主动开口（{actions}）；流程总是由用户的话触发。",
    ),
    "context_left": Text(
        'The intent "{intent}" held only in the context {contexts}; here it holds at any time.',
        "意图“{intent}”原先只在上下文 {contexts} 中有效，在这里随时有效。",
    ),
    "condition_left": Text(
        'The route of "{intent}" had a condition, which stayed behind: {condition}',
        "意图“{intent}”的路由条件未导入：{condition}",
    ),
    "event_left": Text(
        'What the bot said at the event "{event}" stayed behind: a flow begins with what the user says.',
        "事件“{event}”触发的回复没有带过来：流程总是由用户的话触发。",
    ),
    "route_left": Text(
        'Another route answers "{intent}" here; a flow answers it one way, and the first route counts.',
        "此处另有路由处理“{intent}”；流程对同一意图的回复是固定的，以第一条路由为准。",
    ),
    "language_left": Text(
        'The text of "{name}" in {language} stayed behind: bots here speak Chinese and English.',
        "回复“{name}”的 {language} 文本未导入：机器人使用中文和英文。",
    ),
    # Merging
    "entity_kept": Text(
        'The bot already has another entity "{name}"; it stays as it is.', "机器人已有不同的实体“{name}”，保留原样。"
    ),
    "flow_kept": Text(
        'The bot already has a flow "{name}", or one for the same intent; it stays as it is.',
        "机器人已有流程“{name}”或处理同一意图的流程，保留原样。",
    ),
}
