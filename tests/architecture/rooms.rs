//! Which room may use which, from the ground up, and the table of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::source::{app_files, files_below, production_text, pure_crates, room_of, rooms_named_in};

/// The largest a room may be, tests beside the code included.
const MOST_LINES: usize = 8_000;

/// Every room with the rooms it may use, each of which stands above it in this list: so there is no cycle. The pure crates
/// are below all of them; what they may use stands in their manifests.
const ROOMS: &[(&str, &[&str])] = &[
    ("telemetry", &[]),
    ("db", &[]),
    ("config", &["db"]),
    ("ledger", &["db"]),
    ("state", &["db", "config", "ledger"]),
    ("web", &["state"]),
    ("jobs", &["db", "ledger", "state", "web"]),
    ("people", &["db", "config", "ledger", "state", "web"]),
    ("kept_filters", &["db", "state"]),
    ("ledger_pages", &["db", "ledger", "state", "web", "people"]),
    ("tombstones", &["db", "ledger"]),
    ("media", &["db", "state", "web", "jobs", "tombstones"]),
    ("fields", &["db"]),
    ("hours", &["db", "state", "fields"]),
    ("series", &["db", "state", "hours"]),
    (
        "traces",
        &[
            "db",
            "ledger",
            "state",
            "jobs",
            "kept_filters",
            "tombstones",
            "media",
            "fields",
            "hours",
            "series",
        ],
    ),
    ("bodies", &["state", "traces"]),
    ("conversations", &["db", "traces"]),
    ("scores", &["db"]),
    ("checks", &["db", "ledger", "tombstones", "hours", "series", "traces"]),
    ("search", &["db", "state", "web", "traces", "bodies"]),
    ("metrics", &["db", "fields", "hours"]),
    ("fleet", &["db", "series", "traces"]),
    ("budgets", &["db", "ledger", "state", "web", "hours", "fleet"]),
    ("alerts", &["db", "ledger", "state", "web", "jobs", "budgets"]),
    ("charts", &[]),
    ("performance", &["db", "series", "fleet", "budgets"]),
    ("repricing", &["db", "ledger", "state", "web", "jobs", "hours", "series", "traces"]),
    ("order_settings", &["db", "ledger", "state", "people"]),
    ("assets", &["db", "ledger", "state"]),
    ("work_orders", &["db", "ledger", "state", "people", "media", "order_settings", "assets"]),
    ("folder_sync", &["db", "web", "work_orders"]),
    ("delegation_pages", &["db", "web", "work_orders"]),
    (
        "audit",
        &[
            "db",
            "ledger",
            "state",
            "jobs",
            "people",
            "tombstones",
            "traces",
            "bodies",
            "order_settings",
            "work_orders",
        ],
    ),
    ("review_pages", &["db", "ledger", "state", "web", "traces", "work_orders", "audit"]),
    ("offline", &["db", "ledger", "state", "web", "work_orders", "audit"]),
    ("trust", &["db", "ledger", "state", "web", "audit"]),
    ("knowledge", &["db", "ledger", "state", "web", "audit"]),
    ("privacy", &["db", "ledger", "state", "web", "tombstones", "traces", "audit"]),
    ("intake", &["db", "state", "web", "traces", "repricing", "privacy"]),
    ("handoffs", &["db", "state", "traces", "audit", "intake"]),
    (
        "scrape",
        &[
            "telemetry",
            "db",
            "ledger",
            "state",
            "web",
            "jobs",
            "series",
            "traces",
            "search",
            "budgets",
            "work_orders",
            "audit",
            "intake",
        ],
    ),
    (
        "langfuse_api",
        &[
            "db",
            "state",
            "web",
            "media",
            "fields",
            "traces",
            "bodies",
            "scores",
            "metrics",
            "repricing",
            "privacy",
            "intake",
        ],
    ),
    ("integrations", &["db", "config", "ledger", "state", "web", "jobs", "traces", "intake"]),
    ("gateway", &["config", "ledger", "state", "web", "people", "budgets", "intake", "integrations", "db"]),
    ("coverage", &["db", "ledger", "state", "fleet", "gateway"]),
    (
        "bundle",
        &[
            "db",
            "ledger",
            "state",
            "web",
            "tombstones",
            "media",
            "traces",
            "bodies",
            "work_orders",
            "audit",
            "trust",
        ],
    ),
    (
        "trace_pages",
        &[
            "db",
            "ledger",
            "state",
            "web",
            "people",
            "kept_filters",
            "tombstones",
            "media",
            "fields",
            "traces",
            "bodies",
            "conversations",
            "search",
            "repricing",
            "work_orders",
            "audit",
        ],
    ),
    (
        "fleet_pages",
        &[
            "db",
            "state",
            "traces",
            "web",
            "fleet",
            "handoffs",
            "alerts",
            "gateway",
            "coverage",
            "order_settings",
            "work_orders",
            "audit",
            "trust",
            "trace_pages",
        ],
    ),
    ("recognition", &["db", "ledger", "state", "web", "traces", "fleet_pages"]),
    ("budget_pages", &["db", "ledger", "state", "web", "fleet_pages", "budgets"]),
    ("alert_pages", &["db", "state", "web", "fleet_pages", "alerts"]),
    ("system_pages", &["state", "web", "scrape", "intake"]),
    ("performance_pages", &["state", "web", "fleet", "fleet_pages", "charts", "performance", "budgets"]),
    ("order_history", &["db", "ledger", "state", "web", "work_orders", "audit", "bundle"]),
    (
        "order_pages",
        &[
            "db",
            "ledger",
            "state",
            "web",
            "people",
            "media",
            "order_settings",
            "assets",
            "work_orders",
            "folder_sync",
            "delegation_pages",
            "audit",
            "trust",
            "bundle",
            "order_history",
        ],
    ),
    ("figures", &["db", "ledger", "state", "web", "people", "order_settings", "assets", "work_orders"]),
    ("asset_pages", &["db", "ledger", "state", "web", "assets", "work_orders", "order_pages"]),
    (
        "maintenance",
        &["db", "ledger", "state", "web", "people", "order_settings", "assets", "work_orders", "order_pages"],
    ),
    (
        "order_lists",
        &[
            "db",
            "state",
            "web",
            "people",
            "kept_filters",
            "work_orders",
            "order_pages",
            "figures",
            "maintenance",
        ],
    ),
    (
        "notices",
        &[
            "db",
            "config",
            "ledger",
            "state",
            "web",
            "jobs",
            "people",
            "assets",
            "work_orders",
            "audit",
            "integrations",
            "alerts",
            "maintenance",
        ],
    ),
    (
        "mcp",
        &[
            "db",
            "ledger",
            "state",
            "web",
            "people",
            "work_orders",
            "audit",
            "trust",
            "knowledge",
            "maintenance",
        ],
    ),
    ("imports", &["db", "state", "web", "work_orders", "order_pages"]),
    (
        "shapes",
        &[
            "ledger",
            "fleet",
            "budgets",
            "recognition",
            "alerts",
            "assets",
            "work_orders",
            "audit",
            "trust",
            "knowledge",
            "coverage",
            "maintenance",
        ],
    ),
    (
        "api",
        &[
            "db",
            "ledger",
            "state",
            "web",
            "media",
            "traces",
            "fleet",
            "handoffs",
            "intake",
            "budgets",
            "recognition",
            "alerts",
            "order_settings",
            "assets",
            "work_orders",
            "audit",
            "trust",
            "knowledge",
            "coverage",
            "bundle",
            "order_pages",
            "order_lists",
            "maintenance",
            "shapes",
        ],
    ),
    (
        "find",
        &[
            "db",
            "state",
            "web",
            "people",
            "traces",
            "search",
            "assets",
            "work_orders",
            "audit",
            "knowledge",
            "order_pages",
            "maintenance",
        ],
    ),
    (
        "home",
        &[
            "db",
            "ledger",
            "state",
            "web",
            "people",
            "traces",
            "fleet",
            "intake",
            "order_settings",
            "work_orders",
            "audit",
            "knowledge",
            "alerts",
            "maintenance",
        ],
    ),
];

/// The shell: it may use everything and nothing may use it.
const SHELL: &[&str] = &["app", "router", "commands", "demo", "main", "lib"];

fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let known: BTreeSet<String> = app_files().iter().map(|file| room_of(file)).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in app_files() {
        let room = room_of(&file);
        let named = rooms_named_in(&production_text(&file));
        let used: Vec<String> = named.into_iter().filter(|it| *it != room && known.contains(it)).collect();
        arrows.entry(room).or_default().extend(used);
    }
    arrows
}

fn lines() -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for file in app_files() {
        *lines.entry(room_of(&file)).or_default() += fs::read_to_string(&file).unwrap().lines().count();
    }
    lines
}

#[test]
fn rooms_use_each_other_in_one_direction_only() {
    let mut faults = Vec::new();
    for (room, used) in arrows().into_iter().filter(|(room, _)| !SHELL.contains(&room.as_str())) {
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("the room `{room}` has no line in ROOMS"));
            continue;
        };
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        faults.extend(used.difference(&allowed).map(|other| format!("`{room}` must not use `{other}`")));
        faults.extend(
            allowed.difference(&used).map(|other| format!("`{room}` may use `{other}` and does not")),
        );
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_list_of_rooms_stands_on_its_own_ground() {
    let place = |name: &str| ROOMS.iter().position(|(room, _)| *room == name);
    for (room, used) in ROOMS {
        for other in *used {
            assert!(place(other) < place(room), "`{room}` uses `{other}`, which does not stand above it");
        }
    }
}

#[test]
fn no_room_grows_beyond_what_one_can_know() {
    let table = table();
    println!("{table}");
    let large: Vec<_> = lines().into_iter().filter(|(_, count)| *count > MOST_LINES).collect();
    assert!(large.is_empty(), "above {MOST_LINES} lines: {large:?}");
}

/// Rooms and crates with their lines and what each uses.
fn table() -> String {
    let (lines, arrows) = (lines(), arrows());
    let order = ROOMS.iter().map(|(name, _)| *name).chain(SHELL.iter().copied());
    let mut text = String::from("\n  lines  room            uses\n");
    for folder in pure_crates() {
        let count: usize =
            files_below(&folder).iter().map(|f| fs::read_to_string(f).unwrap().lines().count()).sum();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        text.push_str(&format!("{count:7}  {name:<15} (crate) {}\n", crates_used_by(&folder)));
    }
    for room in order {
        let used: Vec<&str> = arrows.get(room).into_iter().flatten().map(String::as_str).collect();
        text.push_str(&format!("{:7}  {room:<15} {}\n", lines.get(room).unwrap_or(&0), used.join(" ")));
    }
    text
}

fn crates_used_by(folder: &std::path::Path) -> String {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    let ours = dependencies.lines().filter(|line| line.contains("path = \"../"));
    ours.filter_map(|line| line.split(' ').next()).collect::<Vec<_>>().join(" ")
}
