"""What is wrong with a flow, in both languages, for the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.bilingual import Text

FAULTS: Mapping[str, Text] = {
    "unknown_key": Text("is not known here; known are {known}", "此处没有这一项；可用的有 {known}"),
    "missing": Text("is missing", "缺少这一项"),
    "missing_words": Text("is missing; give it in zh, en or both", "缺少这一项；请用 zh、en 或两者填写"),
    "no_flow": Text("a flow must be a mapping", "流程必须是由名称和值组成的对象"),
    "no_mapping": Text("must be a mapping with text keys", "必须是以文字为键的对象"),
    "no_list": Text("must be a list", "必须是列表"),
    "no_text": Text("must be text", "必须是文字"),
    "no_texts": Text("must be a list of texts", "必须是文字列表"),
    "no_variants": Text("must be text, or a list of texts", "必须是文字，或文字列表"),
    "no_flag": Text("must be true or false", "必须是 true 或 false"),
    "no_number": Text("must be a whole number from 1 to {most}", "必须是 1 到 {most} 之间的整数"),
    "no_identifier": Text(
        "must be letters, digits and underscores, not starting with a digit",
        "只能由字母、数字和下划线组成，且不能以数字开头",
    ),
    "no_entity": Text(
        'must be the name of an entity, with or without a role: "city", "city:from"',
        "必须是实体名称，可以带角色，例如 “city”、“city:from”",
    ),
    "no_pattern": Text("is not a regular expression: {error}", "不是正确的正则表达式：{error}"),
    "too_long": Text("is longer than {most} characters", "超过了 {most} 个字符"),
    "twice": Text("{name} is there twice", "{name} 出现了两次"),
    "reserved": Text("{name} is reserved", "{name} 是保留名称"),
    "no_case": Text("must be upper or lower", "必须是 upper 或 lower"),
    "never_filled": Text(
        "needs an entity, a pattern or free_text, or nothing can ever fill it",
        "需要 entity、pattern 或 free_text 之一，否则永远无法填写",
    ),
    "several_kinds": Text(
        "a flow must have one of: say, hand_over, slots and replies",
        "流程必须且只能有以下之一：say、hand_over、slots 与 replies",
    ),
    "never_started": Text(
        "must name at least one intent, or nothing can ever start the flow", "至少要写一个意图，否则流程永远不会开始"
    ),
    "no_slot": Text("{name} is no slot of this flow", "{name} 不是本流程的槽位"),
    "no_prompted_slot": Text("{name} is no slot of this flow with a prompt", "{name} 不是本流程中带有 prompt 的槽位"),
    "none_of": Text("must be one of {known}", "必须是以下之一：{known}"),
    "same_name": Text("two flows have the same name", "有两个流程同名"),
    "same_intent": Text("two flows are started by the same intent", "有两个流程由同一个意图开始"),
}


class FlowInvalid(ValueError):
    """`path` is where in the flow ("slots[0].prompt.zh"), `fault` a key of `FAULTS`, `values` what it speaks of."""

    def __init__(self, path: str, fault: str, **values: object) -> None:
        self.path = path
        self.fault = fault
        self._values = values
        super().__init__(f"{path}: {self.message('en')}" if path else self.message("en"))

    def message(self, language: str) -> str:
        """What is wrong there, in "zh" or "en"."""
        return FAULTS[self.fault].in_language(language).format_map(self._values)
