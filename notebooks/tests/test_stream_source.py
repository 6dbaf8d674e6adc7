from pinflow_notebooks.stream_source import Source, list_options

OWN = {"pin": "p", "geo": "g", "user": "u"}
AWS = Source(names=OWN, region="eu-west-1", endpoint="", service_credential="")


def test_only_what_is_given_becomes_an_option() -> None:
    least = {"streamName": "g", "region": "eu-west-1", "initialPosition": "earliest"}
    assert list_options(AWS, "geo") == least
    given = Source(names=OWN, region="eu-west-1", endpoint="http://localhost:1", service_credential="streams")
    assert list_options(given, "geo") == {**least, "endpoint": "http://localhost:1", "serviceCredential": "streams"}


def test_the_readers_of_a_shared_stream_share_the_five_reads_a_second_of_its_shards() -> None:
    shared = Source(names=dict.fromkeys(OWN, "all"), region="eu-west-1", endpoint="", service_credential="")
    period = list_options(shared, "pin")["minFetchPeriod"]
    assert period == "750ms"
