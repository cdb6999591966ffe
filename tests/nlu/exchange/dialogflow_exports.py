"""Exports of both Dialogflow editions, written by hand after their documentation."""

from __future__ import annotations

import json


def _json(files: dict[str, object]) -> dict[str, bytes]:
    return {name: json.dumps(content, ensure_ascii=False).encode() for name, content in files.items()}


ES = _json(
    {
        "package.json": {"version": "1.0.0"},
        "agent.json": {"displayName": "Tables", "language": "en", "supportedLanguages": ["zh-cn"]},
        "entities/area.json": {"name": "area", "isRegexp": False},
        "entities/area_entries_en.json": [{"value": "terrace", "synonyms": ["terrace", "outside"]}],
        "entities/area_entries_zh-cn.json": [{"value": "terrace", "synonyms": ["露台"]}],
        "entities/code.json": {"name": "code", "isRegexp": True},
        "entities/code_entries_en.json": [{"value": "T\\d{4}", "synonyms": ["T\\d{4}"]}],
        "intents/Default Welcome Intent.json": {
            "name": "Default Welcome Intent",
            "responses": [
                {
                    "messages": [
                        {"type": "0", "lang": "en", "speech": ["Hello!", "Welcome!"]},
                        {"type": "0", "lang": "zh-cn", "speech": "您好！"},
                        {
                            "type": 4,
                            "lang": "en",
                            "payload": {"richContent": [[{"type": "chips", "options": [{"text": "Book"}]}]]},
                        },
                        {"type": "0", "platform": "facebook", "lang": "en", "speech": "Only there"},
                    ]
                }
            ],
        },
        "intents/Default Welcome Intent_usersays_en.json": [{"data": [{"text": "hello"}]}],
        "intents/Default Welcome Intent_usersays_zh-cn.json": [{"data": [{"text": "你好"}], "lang": "zh-cn"}],
        "intents/book.json": {
            "name": "book",
            "webhookUsed": True,
            "responses": [
                {
                    "action": "reserve",
                    "parameters": [
                        {
                            "name": "day",
                            "required": True,
                            "dataType": "@sys.date",
                            "prompts": [{"lang": "en", "value": "Which day?"}, {"lang": "zh-cn", "value": "哪一天？"}],
                        },
                        {"name": "area", "required": True, "dataType": "@area", "prompts": []},
                        {"name": "wish", "required": False, "dataType": "@sys.any"},
                    ],
                    "messages": [{"type": "0", "lang": "en", "speech": "A table on $day, #book.area."}],
                }
            ],
        },
        "intents/book_usersays_en.json": [
            {
                "data": [
                    {"text": "a table "},
                    {"text": "outside", "alias": "area", "meta": "@area"},
                    {"text": " for "},
                    {"text": "tomorrow", "alias": "day", "meta": "@sys.date"},
                ]
            }
        ],
        "intents/book - yes.json": {
            "name": "book - yes",
            "contexts": ["book-followup"],
            "responses": [{"messages": [{"type": "0", "speech": "Done."}]}],
        },
        "intents/book - yes_usersays_en.json": [{"data": [{"text": "yes please"}]}],
        "intents/Default Fallback Intent.json": {
            "name": "Default Fallback Intent",
            "fallbackIntent": True,
            "responses": [{"messages": [{"type": "0", "lang": "en", "speech": ["Pardon?", "Say again?"]}]}],
        },
        "intents/Other Fallback.json": {"name": "Other Fallback", "fallbackIntent": True},
        "intents/Default Fallback Intent_usersays_en.json": [{"data": [{"text": "sell me a car"}]}],
    }
)

CX = _json(
    {
        "agent.json": {"displayName": "Parcels", "defaultLanguageCode": "en", "supportedLanguageCodes": ["zh-cn"]},
        "entityTypes/size/size.json": {"displayName": "size", "kind": "KIND_MAP"},
        "entityTypes/size/entities/en.json": {"entities": [{"value": "small", "synonyms": ["small", "little"]}]},
        "entityTypes/number/number.json": {"displayName": "parcel_number", "kind": "KIND_REGEXP"},
        "entityTypes/number/entities/en.json": {"entities": [{"value": "P\\d{6}", "synonyms": ["P\\d{6}"]}]},
        "intents/greet/greet.json": {"displayName": "greet"},
        "intents/greet/trainingPhrases/en.json": {
            "trainingPhrases": [{"parts": [{"text": "hi"}], "languageCode": "en"}]
        },
        "intents/greet/trainingPhrases/zh-cn.json": {"trainingPhrases": [{"parts": [{"text": "你好"}]}]},
        "intents/send/send.json": {
            "displayName": "send",
            "parameters": [{"id": "how_big", "entityType": "@size"}, {"id": "when", "entityType": "@sys.date"}],
        },
        "intents/send/trainingPhrases/en.json": {
            "trainingPhrases": [
                {
                    "parts": [
                        {"text": "send a "},
                        {"text": "little", "parameterId": "how_big"},
                        {"text": " parcel"},
                    ]
                }
            ]
        },
        "intents/thanks/thanks.json": {"displayName": "thanks"},
        "intents/thanks/trainingPhrases/en.json": {"trainingPhrases": [{"parts": [{"text": "thank you"}]}]},
        "intents/Default Negative Intent/Default Negative Intent.json": {
            "displayName": "Default Negative Intent",
            "isFallback": True,
        },
        "intents/Default Negative Intent/trainingPhrases/en.json": {
            "trainingPhrases": [{"parts": [{"text": "what is love"}]}]
        },
        "flows/Default Start Flow/Default Start Flow.json": {
            "displayName": "Default Start Flow",
            "transitionRouteGroups": ["Small talk"],
            "eventHandlers": [
                {
                    "event": "sys.no-match-default",
                    "triggerFulfillment": {"messages": [{"text": {"text": ["Once more?"]}}]},
                },
                {"event": "sys.no-input-default", "triggerFulfillment": {"messages": [{"text": {"text": ["Hey?"]}}]}},
            ],
            "transitionRoutes": [
                {
                    "intent": "greet",
                    "triggerFulfillment": {
                        "messages": [
                            {"text": {"text": ["Hello!", "Hi!"]}, "languageCode": "en"},
                            {"text": {"text": ["您好！"]}, "languageCode": "zh-cn"},
                        ]
                    },
                },
                {
                    "intent": "send",
                    "targetPage": "Parcel",
                    "triggerFulfillment": {"messages": [{"text": {"text": ["Let me see."]}}]},
                },
            ],
        },
        "flows/Default Start Flow/transitionRouteGroups/Small talk.json": {
            "displayName": "Small talk",
            "transitionRoutes": [
                {
                    "intent": "thanks",
                    "condition": "$session.params.happy = true",
                    "triggerFulfillment": {
                        "messages": [{"text": {"text": ["You're welcome."]}}],
                        "webhook": "crm",
                        "tag": "note",
                    },
                }
            ],
        },
        "flows/Default Start Flow/pages/Parcel.json": {
            "displayName": "Parcel",
            "form": {
                "parameters": [
                    {
                        "displayName": "how_big",
                        "required": True,
                        "entityType": "@size",
                        "fillBehavior": {
                            "initialPromptFulfillment": {"messages": [{"text": {"text": ["How big is it?"]}}]}
                        },
                    },
                    {"displayName": "remark", "entityType": "@sys.any"},
                ]
            },
            "transitionRoutes": [
                {
                    "condition": '$page.params.status = "FINAL"',
                    "triggerFulfillment": {
                        "messages": [{"text": {"text": ["A $session.params.how_big parcel is booked."]}}]
                    },
                },
                {"intent": "greet", "triggerFulfillment": {"messages": [{"text": {"text": ["Again?"]}}]}},
            ],
        },
    }
)
