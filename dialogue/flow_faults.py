"""What is wrong with a flow, in both languages, for the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping

FAULTS: Mapping[str, Mapping[str, str]] = {
    "unknown_key": {"en": "is not known here; known are {known}", "zh": "此处没有这一项；可用的有 {known}"},
    "missing": {"en": "is missing", "zh": "缺少这一项"},
    "missing_words": {"en": "is missing; give it in zh, en or both", "zh": "缺少这一项；请用 zh、en 或两者填写"},
    "no_flow": {"en": "a flow must be a mapping", "zh": "流程必须是由名称和值组成的对象"},
    "no_mapping": {"en": "must be a mapping with text keys", "zh": "必须是以文字为键的对象"},
    "no_list": {"en": "must be a list", "zh": "必须是列表"},
    "no_text": {"en": "must be text", "zh": "必须是文字"},
    "no_texts": {"en": "must be a list of texts", "zh": "必须是文字列表"},
    "no_variants": {"en": "must be text, or a list of texts", "zh": "必须是文字，或文字列表"},
    "no_flag": {"en": "must be true or false", "zh": "必须是 true 或 false"},
    "no_number": {"en": "must be a whole number from 1 to {most}", "zh": "必须是 1 到 {most} 之间的整数"},
    "no_identifier": {
        "en": "must be letters, digits and underscores, not starting with a digit",
        "zh": "只能由字母、数字和下划线组成，且不能以数字开头",
    },
    "no_entity": {
        "en": 'must be the name of an entity, with or without a role: "city", "city:from"',
        "zh": "必须是实体名称，可以带角色，例如 “city”、“city:from”",
    },
    "no_pattern": {"en": "is not a regular expression: {error}", "zh": "不是正确的正则表达式：{error}"},
    "too_long": {"en": "is longer than {most} characters", "zh": "超过了 {most} 个字符"},
    "twice": {"en": "{name} is there twice", "zh": "{name} 出现了两次"},
    "reserved": {"en": "{name} is reserved", "zh": "{name} 是保留名称"},
    "no_case": {"en": "must be upper or lower", "zh": "必须是 upper 或 lower"},
    "never_filled": {
        "en": "needs an entity, a pattern or free_text, or nothing can ever fill it",
        "zh": "需要 entity、pattern 或 free_text 之一，否则永远无法填写",
    },
    "several_kinds": {
        "en": "a flow must have one of: say, hand_over, slots and replies",
        "zh": "流程必须且只能有以下之一：say、hand_over、slots 与 replies",
    },
    "never_started": {
        "en": "must name at least one intent, or nothing can ever start the flow",
        "zh": "至少要写一个意图，否则流程永远不会开始",
    },
    "no_slot": {"en": "{name} is no slot of this flow", "zh": "{name} 不是本流程的槽位"},
    "no_prompted_slot": {
        "en": "{name} is no slot of this flow with a prompt",
        "zh": "{name} 不是本流程中带有 prompt 的槽位",
    },
    "none_of": {"en": "must be one of {known}", "zh": "必须是以下之一：{known}"},
    "same_name": {"en": "two flows have the same name", "zh": "有两个流程同名"},
    "same_intent": {"en": "two flows are started by the same intent", "zh": "有两个流程由同一个意图开始"},
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
        return FAULTS[self.fault]["zh" if language == "zh" else "en"].format_map(self._values)
