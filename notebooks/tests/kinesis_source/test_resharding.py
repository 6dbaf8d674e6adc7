from tests.kinesis_source.reading import Query, begin, open_reader

FIRST, SECOND, THIRD = (f"shardId-{index:012}" for index in range(3))


def test_a_split_while_running_is_found_and_the_parent_is_read_before_its_children(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis, maxRecordsPerFetch="2"))
    kinesis.put("pins", 0, "p1")
    assert query.read() == ["p1"]
    kinesis.put("pins", 0, "p2", "p3", "p4")
    kinesis.reshard("pins", [0], 2)
    kinesis.put("pins", 1, "c1")
    kinesis.put("pins", 2, "c2")
    assert query.read_until(5) == ["p2", "p3", "p4", "c1", "c2"]
    reads = [
        request["ShardIterator"].split("/")[1] for action, request, _ in kinesis.requests if action == "GetRecords"
    ]
    assert reads.index(SECOND) > max(index for index, shard in enumerate(reads) if shard == FIRST)
    assert query.offset["pins"][FIRST] == "SHARD_END"


def test_a_merge_waits_for_both_parents(kinesis):
    kinesis.create("pins", 2)
    query = begin(open_reader(kinesis, maxRecordsPerFetch="2"))
    kinesis.put("pins", 0, "a1")
    kinesis.put("pins", 1, "b1", "b2", "b3", "b4", "b5")
    kinesis.reshard("pins", [0, 1], 1)
    kinesis.put("pins", 2, "merged")
    assert query.read_until(7)[-1] == "merged"


def test_parents_that_were_drained_before_a_restart_do_not_hold_up_their_children(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.put("pins", 0, "p")
    query.read()
    kinesis.reshard("pins", [0], 2)
    kinesis.put("pins", 1, "c1")
    assert query.read_until(1) == ["c1"]
    restarted = Query(open_reader(kinesis), query.offset)
    kinesis.put("pins", 2, "c2")
    assert restarted.read() == ["c2"]
    # Days later its records have expired, and the service does not know it any more.
    del kinesis.streams["pins"][0]
    kinesis.put("pins", 1, "c3")
    restarted = Query(open_reader(kinesis), restarted.offset)
    assert restarted.read() == ["c3"]
    assert list(restarted.offset["pins"]) == [SECOND, THIRD]


def test_available_now_goes_through_generations_of_shards_and_past_empty_ones(kinesis):
    kinesis.create("pins", 1)
    kinesis.put("pins", 0, "p")
    kinesis.reshard("pins", [0], 2)
    kinesis.reshard("pins", [1, 2], 1)
    kinesis.put("pins", 3, "grandchild")
    query = begin(open_reader(kinesis))
    query.reader.prepareForTriggerAvailableNow()
    assert query.read_all() == ["p", "grandchild"]
    # An end that no record has told is found again.
    assert Query(open_reader(kinesis), query.offset).read() == []
