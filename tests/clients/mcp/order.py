"""A whole order, done over whatever client of MCP is handed in: from looking for work to asking for the review."""

import asyncio
import json
import os

ORDER = os.environ["MCP_ORDER"]
TRACE = os.environ["MCP_TRACE"]
HEADERS = {"Authorization": os.environ["MCP_AUTHORIZATION"]}
URL = os.environ["MCP_URL"]

NEEDED = """list_ready list_orders get_order read_status claim heartbeat release acknowledge_safety start tick answer mark_step undo
    log comment ask_person get_answer link_trace propose_claim record_decision create_decision attach request_review search_atoms
    score""".split()
NEVER = ("sign", "approve", "judge", "verify", "close", "complete", "skip")


def traceparent(span):
    """The trace of this run, by one of its spans."""
    return f"00-{TRACE}-{span:016x}-01"


def check(is_so, what):
    if not is_so:
        raise SystemExit(f"not so: {what}")


async def done(client, name, traced=None, **arguments):
    """What a tool answers; a refusal ends the run."""
    is_error, data, text = await client.call(name, arguments, traceparent(traced) if traced else None)
    check(not is_error, f"{name} was refused: {text}")
    return data


async def refused(client, name, **arguments):
    is_error, data, text = await client.call(name, arguments, None)
    check(is_error, f"{name} was not refused: {text}")
    check(data["message"] and data["lift"], f"{name} says neither why nor what would lift it: {data}")
    return data


async def find_work(client):
    names = await client.tools()
    check(all(name in names for name in NEEDED), f"tools are missing: {sorted(set(NEEDED) - set(names))}")
    check(not any(word in name for name in names for word in NEVER), f"a tool that programs never have: {names}")
    check(await client.is_unknown_tool("approve"), "there is a tool that approves")
    ready = await done(client, "list_ready")
    check(ORDER in [order["order"] for order in ready["orders"]], f"{ORDER} is not ready: {ready}")
    claimed = await done(client, "claim", order=ORDER)
    check(claimed["claim"]["isYours"] and claimed["claim"]["isLive"], f"no claim: {claimed}")
    return await done(client, "get_order", order=ORDER)


async def do_work(client, order):
    await done(client, "acknowledge_safety", order=ORDER, version=order["safety"]["version"])
    first, second = order["steps"][0]["items"]
    bare = await refused(client, "tick", order=ORDER, target=first["target"])
    check(bare["rule"] == "R41", f"a tick without evidence names its rule: {bare}")
    ticked = await done(client, "tick", 1, order=ORDER, target=first["target"])
    await done(client, "answer", 2, order=ORDER, target=second["place"], answer="6.2")
    await done(client, "tick", 3, order=ORDER, target="C1")
    await refused(client, "tick", order=ORDER, target="9.9")
    await done(client, "log", order=ORDER, title="Read the gauge", lines=["6.2 bar at rest"])
    decided = await done(client, "create_decision", order=ORDER, title="Gauge", decision="The new one", reasons="It is calibrated")
    check(decided["decision"]["name"] == "D-1", f"no decision: {decided}")
    return next(event["proof"] for event in ticked["events"] if "item_ticked" in event["kind"])


async def ask(client):
    """Where the client is asked in the same call, its person answers there; else somebody answers on our page."""
    asked = await done(client, "ask_person", order=ORDER, question="May the press run tonight?", choices=["yes", "no"])
    if asked["state"] == "relayed":
        return asked
    print("QUESTION", asked["question"], flush=True)
    for _ in range(1_200):
        asked = await done(client, "get_answer", order=ORDER, question=asked["question"])
        if asked["state"] != "waiting":
            return asked
        await asyncio.sleep(0.25)
    raise SystemExit("nobody answered on the page")


async def read_proof(client, address):
    """A record gets its place within a second."""
    for _ in range(240):
        text = await client.read(address)
        if text is not None:
            return text
        await asyncio.sleep(0.25)
    raise SystemExit(f"no proof at {address}")


async def whole_order(client):
    order = await find_work(client)
    proof = await do_work(client, order)
    asked = await ask(client)
    made_from = order["madeFrom"]
    code, version = made_from["procedure"], made_from["version"]
    skill = await client.read(f"skill://{code}/v{version}/{code.lower()}/SKILL.md")
    check(skill.startswith("---\nname: ") and "Round of the press" in skill, f"no skill: {skill}")
    check(ORDER in await client.read(f"order://{ORDER}"), "the order cannot be read by its address")
    check("c2sp.org/tlog-proof@v1" in await read_proof(client, proof), "no proof of the tick")
    check(await client.read("checkpoint://latest"), "no checkpoint")
    check(await client.read("order://WO-1999-001") is None, "an order that is not there")
    review = await done(client, "request_review", order=ORDER, note="The press holds 6.2 bar")
    check(review["open"] == [], f"still open: {review['open']}")
    told = {"client": client.name, "protocol": client.protocol, "order": ORDER, "trace": TRACE, "answer": asked["answer"], "state": asked["state"]}
    print(json.dumps(told), flush=True)
