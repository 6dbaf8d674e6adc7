from collections.abc import Iterator

import pytest

from tests.kinesis_source.fake_kinesis import FakeKinesis


@pytest.fixture
def kinesis() -> Iterator[FakeKinesis]:
    fake = FakeKinesis()
    yield fake
    fake.stop()
