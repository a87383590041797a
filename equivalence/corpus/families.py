"""Base problems of the corpus: small formulations in the notation, with data drawn for a seed.

They are kept so small that everything about them can be found out by enumeration or by Z3.
"""

from __future__ import annotations

import random

from equivalence.corpus.family import Family, Sets, Values, table


def _product_mix(rng: random.Random) -> tuple[Sets, Values]:
    goods, machines = ("chairs", "tables", "shelves"), ("saw", "lathe")
    return {"Goods": goods, "Machines": machines}, {
        "profit": table(rng, 2, 9, goods),
        "most": table(rng, 3, 6, goods),
        "hours": table(rng, 1, 4, machines, goods),
        "available": table(rng, 9, 16, machines),
    }


PRODUCT_MIX = """
set Goods
set Machines
parameter profit[Goods]
parameter most[Goods]
parameter hours[Machines, Goods]
parameter available[Machines]
variable make[g in Goods] integer >= 0 <= most[g]
maximize earnings: sum(profit[g]*make[g] for g in Goods)
constraint time for m in Machines: sum(hours[m, g]*make[g] for g in Goods) <= available[m]
"""


def _refinery(rng: random.Random) -> tuple[Sets, Values]:
    fuels, units = ("petrol", "diesel", "jet"), ("still", "cracker")
    return {"Fuels": fuels, "Units": units}, {
        "margin": table(rng, 20, 60, fuels, step=0.1),
        "demand": table(rng, 5, 9, fuels),
        "load": table(rng, 2, 9, units, fuels, step=0.5),
        "capacity": table(rng, 20, 40, units),
        "contract": 2,
    }


REFINERY = """
set Fuels
set Units
parameter margin[Fuels]
parameter demand[Fuels]
parameter load[Units, Fuels]
parameter capacity[Units]
parameter contract
variable refine[f in Fuels] >= 0 <= demand[f]
maximize earnings: sum(margin[f]*refine[f] for f in Fuels)
constraint hours for u in Units: sum(load[u, f]*refine[f] for f in Fuels) <= capacity[u]
constraint agreed: refine["petrol"] + refine["diesel"] >= contract
"""


def _transport(rng: random.Random) -> tuple[Sets, Values]:
    plants, shops = ("north", "south"), (1, 2, 3)
    need = table(rng, 3, 9, shops)
    total = int(sum(record[-1] for record in need if isinstance(record[-1], float | int)))
    return {"Plants": plants, "Shops": shops}, {
        "cost": table(rng, 1, 9, plants, shops),
        "need": need,
        "stock": (("north", total // 2 + rng.randint(1, 4)), ("south", total - total // 2 + rng.randint(0, 3))),
    }


TRANSPORT = """
set Plants
set Shops
parameter cost[Plants, Shops]
parameter need[Shops]
parameter stock[Plants]
variable ship[p in Plants, s in Shops] >= 0 <= need[s]
minimize freight: sum(cost[p, s]*ship[p, s] for p in Plants for s in Shops)
constraint supply for p in Plants: sum(ship[p, s] for s in Shops) <= stock[p]
constraint delivery for s in Shops: sum(ship[p, s] for p in Plants) == need[s]
"""


def _assignment(rng: random.Random) -> tuple[Sets, Values]:
    people, tasks = ("ann", "bob", "cem"), ("dig", "sow", "reap")
    return {"People": people, "Tasks": tasks}, {"hours": table(rng, 1, 9, people, tasks)}


ASSIGNMENT = """
set People
set Tasks
parameter hours[People, Tasks]
variable does[People, Tasks] binary
minimize work: sum(hours[p, t]*does[p, t] for p in People for t in Tasks)
constraint one_task for p in People: sum(does[p, t] for t in Tasks) == 1
constraint one_person for t in Tasks: sum(does[p, t] for p in People) == 1
"""


def _knapsack(rng: random.Random) -> tuple[Sets, Values]:
    items = (1, 2, 3, 4, 5)
    return {"Items": items}, {
        "worth": table(rng, 3, 12, items),
        "weight": table(rng, 2, 8, items),
        "limit": rng.randint(9, 15),
    }


KNAPSACK = """
set Items
parameter worth[Items]
parameter weight[Items]
parameter limit
variable pack[Items] binary
maximize value: sum(worth[i]*pack[i] for i in Items)
constraint load: sum(weight[i]*pack[i] for i in Items) <= limit
"""


def _set_cover(rng: random.Random) -> tuple[Sets, Values]:
    sites, towns = (1, 2, 3, 4, 5), ("a", "b", "c", "d")
    reach = tuple((s, t, 1) for s in sites for t in towns if rng.random() < 0.45 or (s - 1) % 4 == towns.index(t))
    return {"Sites": sites, "Towns": towns}, {"price": table(rng, 2, 7, sites), "reaches": reach}


SET_COVER = """
set Sites
set Towns
parameter price[Sites]
parameter reaches[Sites, Towns] default 0
variable build[Sites] binary
minimize spending: sum(price[s]*build[s] for s in Sites)
constraint covered for t in Towns: sum(reaches[s, t]*build[s] for s in Sites) >= 1
"""


def _facility_location(rng: random.Random) -> tuple[Sets, Values]:
    depots, clients = ("east", "west"), (1, 2, 3)
    return {"Depots": depots, "Clients": clients}, {
        "rent": table(rng, 4, 12, depots),
        "distance": table(rng, 1, 9, depots, clients),
        "clients": 3,
    }


FACILITY_LOCATION = """
set Depots
set Clients
parameter rent[Depots]
parameter distance[Depots, Clients]
parameter clients
variable open[Depots] binary
variable serve[Depots, Clients] >= 0 <= 1
minimize cost: sum(rent[d]*open[d] for d in Depots) + sum(distance[d, c]*serve[d, c] for d in Depots for c in Clients)
constraint served for c in Clients: sum(serve[d, c] for d in Depots) == 1
constraint only_open for d in Depots: sum(serve[d, c] for c in Clients) <= clients*open[d]
"""


def _lot_sizing(rng: random.Random) -> tuple[Sets, Values]:
    periods = (1, 2, 3)
    demand = table(rng, 2, 6, periods)
    return {"T": periods}, {
        "demand": demand,
        "setup": table(rng, 5, 12, periods),
        "holding": 1 + 0.5 * rng.randint(0, 3),
        "largest": sum(int(record[-1]) for record in demand),
    }


LOT_SIZING = """
set T
parameter demand[T]
parameter setup[T]
parameter holding
parameter largest
variable make[T] >= 0
variable stock[T] >= 0
variable run[T] binary
minimize cost: sum(setup[t]*run[t] + holding*stock[t] for t in T)
constraint first_balance: make[1] == demand[1] + stock[1]
constraint balance for t in T if t > 1: stock[t-1] + make[t] == demand[t] + stock[t]
constraint only_running for t in T: make[t] <= largest*run[t]
"""


def _blending(rng: random.Random) -> tuple[Sets, Values]:
    feeds, nutrients = ("corn", "soy", "bran"), ("protein", "fat")
    return {"Feeds": feeds, "Nutrients": nutrients}, {
        "price": table(rng, 10, 40, feeds, step=0.1),
        "content": table(rng, 2, 9, nutrients, feeds, step=0.1),
        "least": table(rng, 2, 4, nutrients),
        "available": table(rng, 8, 14, feeds),
        "batch": 10,
    }


BLENDING = """
set Feeds
set Nutrients
parameter price[Feeds]
parameter content[Nutrients, Feeds]
parameter least[Nutrients]
parameter available[Feeds]
parameter batch
variable mix[f in Feeds] >= 0 <= available[f]
minimize cost: sum(price[f]*mix[f] for f in Feeds)
constraint whole: sum(mix[f] for f in Feeds) == batch
constraint enough for n in Nutrients: sum(content[n, f]*mix[f] for f in Feeds) >= least[n]
"""


def _cutting_stock(rng: random.Random) -> tuple[Sets, Values]:
    patterns, widths = (1, 2, 3, 4), ("narrow", "wide")
    return {"Patterns": patterns, "Widths": widths}, {
        "pieces": (
            (1, "narrow", rng.randint(3, 4)),
            (2, "narrow", 2),
            (2, "wide", 1),
            (3, "narrow", rng.randint(0, 1)),
            (3, "wide", 1),
            (4, "wide", 2),
        ),
        "orders": table(rng, 4, 8, widths),
        "length": tuple(zip(patterns, (9, 10, 8, 11), strict=True)),
    }


CUTTING_STOCK = """
set Patterns
set Widths
parameter pieces[Patterns, Widths] default 0
parameter orders[Widths]
parameter length[Patterns]
variable cut[Patterns] integer >= 0 <= 8
minimize material: sum(length[p]*cut[p] for p in Patterns)
constraint filled for w in Widths: sum(pieces[p, w]*cut[p] for p in Patterns) >= orders[w]
"""


def _shift_covering(rng: random.Random) -> tuple[Sets, Values]:
    hours, starts = (1, 2, 3, 4), (1, 2, 3)
    return {"Hours": hours, "Starts": starts}, {
        "needed": table(rng, 1, 4, hours),
        "wage": table(rng, 3, 7, starts),
        "most": 5,
    }


SHIFT_COVERING = """
set Hours
set Starts within Hours
parameter needed[Hours]
parameter wage[Starts]
parameter most
variable start[Starts] integer >= 0 <= most
minimize wages: sum(wage[s]*start[s] for s in Starts)
constraint staffed for h in Hours: sum(start[s] for s in Starts if s <= h and h <= s + 1) >= needed[h]
"""


def _job_shop(rng: random.Random) -> tuple[Sets, Values]:
    jobs = ("a", "b")
    spans = {job: (rng.randint(1, 4), rng.randint(1, 4)) for job in jobs}
    return {"Jobs": jobs}, {
        "milling": tuple((job, span[0]) for job, span in spans.items()),
        "drilling": tuple((job, span[1]) for job, span in spans.items()),
        "horizon": sum(sum(span) for span in spans.values()),
    }


JOB_SHOP = """
set Jobs
parameter milling[Jobs]
parameter drilling[Jobs]
parameter horizon
variable on_mill[Jobs] >= 0 <= horizon
variable on_drill[Jobs] >= 0 <= horizon
variable mill_a_first binary
variable drill_a_first binary
variable makespan >= 0 <= horizon
minimize finish: makespan
constraint route for j in Jobs: on_drill[j] >= on_mill[j] + milling[j]
constraint done for j in Jobs: makespan >= on_drill[j] + drilling[j]
constraint mill_ab: on_mill["b"] >= on_mill["a"] + milling["a"] - horizon*(1 - mill_a_first)
constraint mill_ba: on_mill["a"] >= on_mill["b"] + milling["b"] - horizon*mill_a_first
constraint drill_ab: on_drill["b"] >= on_drill["a"] + drilling["a"] - horizon*(1 - drill_a_first)
constraint drill_ba: on_drill["a"] >= on_drill["b"] + drilling["b"] - horizon*drill_a_first
"""


def _network_flow(rng: random.Random) -> tuple[Sets, Values]:
    arcs = (("s", "a"), ("s", "b"), ("a", "b"), ("a", "t"), ("b", "t"))
    return {"Nodes": ("s", "a", "b", "t"), "Arcs": arcs}, {
        "cost": tuple((*arc, rng.randint(1, 6)) for arc in arcs),
        "capacity": tuple((*arc, rng.randint(4, 7)) for arc in arcs),
        "supply": (("s", 6), ("t", -6)),
    }


NETWORK_FLOW = """
set Nodes
set Arcs within Nodes * Nodes
parameter cost[Arcs]
parameter capacity[Arcs]
parameter supply[Nodes] default 0
variable flow[i, j in Arcs] >= 0 <= capacity[i, j]
minimize cost_of_flow: sum(cost[i, j]*flow[i, j] for i, j in Arcs)
constraint kept for n in Nodes:
  sum(flow[i, j] for i, j in Arcs if i == n) - sum(flow[i, j] for i, j in Arcs if j == n) == supply[n]
"""


def _inventory(rng: random.Random) -> tuple[Sets, Values]:
    periods = (1, 2, 3)
    return {"T": periods}, {
        "demand": table(rng, 3, 8, periods),
        "price": table(rng, 2, 9, periods),
        "keep": rng.randint(1, 2),
        "room": 6,
        "at_first": 2,
        "most": 9,
    }


INVENTORY = """
set T
parameter demand[T]
parameter price[T]
parameter keep
parameter room
parameter at_first
parameter most
variable buy[T] >= 0 <= most
variable stock[T] >= 0 <= room
minimize cost: sum(price[t]*buy[t] + keep*stock[t] for t in T)
constraint first_balance: at_first + buy[1] == demand[1] + stock[1]
constraint balance for t in T if t > 1: stock[t-1] + buy[t] == demand[t] + stock[t]
"""


def _project_selection(rng: random.Random) -> tuple[Sets, Values]:
    projects = ("road", "bridge", "school", "park")
    return {"Projects": projects}, {
        "gain": table(rng, 3, 9, projects),
        "cost": table(rng, 2, 6, projects),
        "crew": table(rng, 1, 3, projects),
        "budget": rng.randint(8, 12),
        "people": 6,
    }


PROJECT_SELECTION = """
set Projects
parameter gain[Projects]
parameter cost[Projects]
parameter crew[Projects]
parameter budget
parameter people
variable choose[Projects] binary
maximize benefit: sum(gain[p]*choose[p] for p in Projects)
constraint money: sum(cost[p]*choose[p] for p in Projects) <= budget
constraint hands: sum(crew[p]*choose[p] for p in Projects) <= people
constraint access: choose["bridge"] <= choose["road"]
constraint one_of: choose["school"] + choose["park"] <= 1
"""


FAMILIES = (
    Family("product mix", PRODUCT_MIX, _product_mix),
    Family("refinery", REFINERY, _refinery),
    Family("transport", TRANSPORT, _transport),
    Family("assignment", ASSIGNMENT, _assignment),
    Family("knapsack", KNAPSACK, _knapsack),
    Family("set cover", SET_COVER, _set_cover),
    Family("facility location", FACILITY_LOCATION, _facility_location),
    Family("lot sizing", LOT_SIZING, _lot_sizing),
    Family("blending", BLENDING, _blending),
    Family("cutting stock", CUTTING_STOCK, _cutting_stock),
    Family("shift covering", SHIFT_COVERING, _shift_covering),
    Family("job shop", JOB_SHOP, _job_shop),
    Family("network flow", NETWORK_FLOW, _network_flow),
    Family("inventory", INVENTORY, _inventory),
    Family("project selection", PROJECT_SELECTION, _project_selection),
)
