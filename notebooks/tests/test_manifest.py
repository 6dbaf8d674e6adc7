import json

import pytest

from pinflow_notebooks.manifest import OffsetRange, parse_manifest

KEY = "topics/pinterest.pin/partition=0/pinterest.pin+0+0000000005.json"
NOTHING: dict[str, list[object]] = {"pin": [], "geo": [], "user": []}


def test_a_manifest_lists_objects_and_ranges_by_kind() -> None:
    text = json.dumps(
        {
            "objects": [{"kind": "pin", "key": KEY}, {"kind": "pin", "key": KEY}],
            "acknowledged": {**NOTHING, "geo": [{"partition": 1, "start": 3, "end": 9}]},
        }
    )
    manifest = parse_manifest(text)
    assert manifest.objects == {"pin": (KEY,), "geo": (), "user": ()}
    assert manifest.acknowledged == {"pin": (), "geo": (OffsetRange(1, 3, 9),), "user": ()}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "landing manifest is not an object but []"),
        ({"acknowledged": NOTHING}, 'landing manifest: "objects" must be a JSON list, got null'),
        ({"objects": [], "acknowledged": {"pin": []}}, 'landing manifest: "geo" must be a JSON list, got null'),
        (
            {"objects": [{"kind": "pins", "key": KEY}], "acknowledged": NOTHING},
            f'landing manifest: unknown kind in object {{"kind": "pins", "key": "{KEY}"}}',
        ),
        (
            {"objects": [{"kind": "geo", "key": KEY}], "acknowledged": NOTHING},
            f'landing manifest: not the key of a landed geo object: "{KEY}"',
        ),
        (
            {"objects": [{"kind": "pin", "key": "../secret"}], "acknowledged": NOTHING},
            'landing manifest: not the key of a landed pin object: "../secret"',
        ),
        (
            {"objects": [], "acknowledged": {**NOTHING, "pin": [{"partition": 0, "start": 9, "end": 3}]}},
            'landing manifest: not an offset range: {"partition": 0, "start": 9, "end": 3}',
        ),
        (
            {"objects": [], "acknowledged": {**NOTHING, "pin": [{"partition": 0, "start": 0}]}},
            'landing manifest: not an offset range: {"partition": 0, "start": 0}',
        ),
    ],
)
def test_a_bad_manifest_is_refused_with_what_is_wrong(document: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_manifest(json.dumps(document))
    assert str(caught.value) == message


def test_a_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^landing manifest is not JSON: "):
        parse_manifest("")
