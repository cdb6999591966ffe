"""The invented orders of the demo backend."""

from __future__ import annotations

from datetime import date, timedelta


def orders_on(today: date) -> dict[str, dict[str, object]]:
    """Order number to order; dates move with `today`, so that a delivery is never long overdue."""

    def order(
        number: str, status: str, item: str, item_zh: str, *, carrier: str | None, placed: int, arrives: int | None
    ) -> tuple[str, dict[str, object]]:
        return number, {
            "id": number,
            "status": status,
            "item": {"en": item, "zh": item_zh},
            "carrier": carrier,
            "tracking_number": f"SF10{number[1:]}88" if carrier else None,
            "placed_on": (today - timedelta(days=placed)).isoformat(),
            "expected_on": None if arrives is None else (today + timedelta(days=arrives)).isoformat(),
            "delivered_on": (today - timedelta(days=1)).isoformat() if status == "delivered" else None,
        }

    return dict(
        (
            order("A10021", "processing", "office chair", "人体工学椅", carrier=None, placed=1, arrives=5),
            order("A10022", "paid", "desk lamp", "护眼台灯", carrier=None, placed=0, arrives=4),
            order("A10023", "shipped", "wireless keyboard", "无线键盘", carrier="sf", placed=3, arrives=2),
            order("A10024", "delivered", "4K monitor", "4K 显示器", carrier="jd", placed=6, arrives=None),
            order("A10025", "cancelled", "USB-C dock", "USB-C 扩展坞", carrier=None, placed=4, arrives=None),
            order(
                "A10026", "out_for_delivery", "noise-cancelling headset", "降噪耳机", carrier="sf", placed=4, arrives=0
            ),
            order("A10027", "returned", "laptop stand", "笔记本支架", carrier="jd", placed=12, arrives=None),
        )
    )
