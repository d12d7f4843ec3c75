"""The join of the two tables: what a model cost when, as intervals. The same as GET /v1/billing/rates says of prices."""

END = "9999-12-31T23:59:59.999Z"  # instants are text of one form, so their order is that of text


def prices_of(books, system_model):
    """(since, multiplier, tier, opening) in order of time. The opening, (since, position), is where the multiplier became what it
    is: a change of the tier alone opens nothing."""
    prices = []
    for since, position, multiplier, tier in books.db.execute(
            "SELECT since, position, multiplier, tier FROM price WHERE system_model = ? ORDER BY since, position", (system_model,)):
        same = prices and prices[-1][1] == multiplier
        prices.append((since, multiplier, tier, prices[-1][3] if same else (since, position)))
    return prices


def with_ends(rows):
    """Each row with the instant at which the next one takes its place. Of rows of one instant only the last ever holds."""
    ends = [row[0] for row in rows[1:]] + [END]
    return [(row, end) for row, end in zip(rows, ends) if row[0] < end]


def rates(books, model, begin, until):
    """Half-open intervals, in order of time, clipped to [begin, until)."""
    stays = books.db.execute(
        "SELECT since, position, system_model, organization FROM priced_by WHERE model = ? ORDER BY since, position", (model,)).fetchall()
    told = []
    for (since, position, system_model, organization), end in with_ends(stays):
        if system_model is None:  # deleted
            continue
        for (price_since, multiplier, tier, opening), price_end in with_ends(prices_of(books, system_model)):
            start, stop = max(since, price_since, begin), min(end, price_end, until)
            if start >= stop:
                continue
            sequence = str(max((since, position), opening)[1])
            rate = {"modelId": model, "organizationId": organization, "pricedBy": system_model, "from": start, "to": stop,
                    "creditMultiplier": multiplier, "modelTier": tier, "sequence": sequence}
            if told and told[-1]["to"] == start and told[-1] | {"from": start, "to": stop} == rate:
                told[-1]["to"] = stop
            else:
                told.append(rate)
    return told
