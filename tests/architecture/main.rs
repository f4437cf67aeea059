//! The direction rules of `docs/ARCHITECTURE.md`, read off the source text: who may use whom.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot read its own source")]

mod docs;
mod events;
mod figures;
mod rooms;
mod rows;
mod rules;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use foundation::Action;
use source::{
    app_files, crate_paths, deciding_files, files_below, is_part, production_text, pure_crates, room_of,
};

/// Files that may name diesel: where rows live.
const DIESEL: &[&str] = &["store", "reads", "projection", "database", "ledger"];

/// Files that may name actix: where requests live.
const ACTIX: &[&str] = &[
    "web",
    "pages",
    "trace_pages",
    "order_pages",
    "order_lists",
    "review_pages",
    "asset_pages",
    "delegation_pages",
    "fleet_pages",
    "budget_pages",
    "performance_pages",
    "system_pages",
    "alert_pages",
    "ledger_pages",
    "langfuse_api",
    "api",
    "answer",
    "forms",
    "routes",
    "router",
    "commands",
    "auth",
    "middleware",
];

#[test]
fn models_and_events_are_pure() {
    let forbidden = ["diesel::", "actix_web", "rand::", "Utc::now", "SystemTime::now", "std::fs"];
    let faults = files_naming(&forbidden, |file| {
        is_part(file, &["model", "events", "decide", "fold", "score", "merge"])
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn only_stores_and_reads_name_diesel() {
    let faults = files_naming(&["diesel::"], |file| !is_part(file, DIESEL));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A crate may hold a program in its `main.rs`, which reads the files it is given; the library beside it takes bytes. What
/// two programs read in the same way stands in its `folder.rs`.
#[test]
fn pure_crates_know_neither_web_nor_database() {
    let mut faults = Vec::new();
    for file in pure_crates().iter().flat_map(|folder| files_below(folder)) {
        let text = production_text(&file);
        let (foundation, program) = (is_part(&file, &["foundation"]), is_part(&file, &["main", "folder"]));
        for word in ["diesel", "actix_web", "tokio", "std::fs", "std::net"] {
            let allowed = (word == "diesel" && foundation) || (word == "std::fs" && program);
            if text.contains(word) && !allowed {
                faults.push(format!("{}: names {word}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What a crate brings along counts as well: whoever builds one of them gets neither, nor the application.
#[test]
fn crates_bring_neither_web_nor_database_along() {
    let mut faults = Vec::new();
    for folder in pure_crates() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let lines = manifest.lines().filter(|line| !line.trim_start().starts_with('#'));
        for line in lines.filter(|line| !(name == "foundation" && line.contains("diesel"))) {
            for word in ["diesel", "actix", "tokio", "path = \"../..\""] {
                if line.contains(word) {
                    faults.push(format!("{name}: {line}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn only_the_web_side_names_actix() {
    let faults = files_naming(&["actix_web"], |file| !is_part(file, ACTIX));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_feature_never_names_another_features_store() {
    let mut faults = Vec::new();
    for file in app_files() {
        let module = room_of(&file);
        for path in crate_paths(&production_text(&file)) {
            let mut parts = path.split("::");
            let (other, part) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if other != module && part == "store" {
                faults.push(format!("{}: names crate::{path}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn files_naming(words: &[&str], concerns: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for file in app_files().into_iter().filter(|file| concerns(file)) {
        let text = production_text(&file);
        for word in words.iter().filter(|word| text.contains(**word)) {
            faults.push(format!("{}: names {word}", file.display()));
        }
    }
    faults
}

/// A verb that nothing asks about is a rule that nobody feels.
#[test]
fn every_verb_of_the_permission_table_is_asked_somewhere() {
    let text: String = deciding_files().iter().map(|file| production_text(file)).collect();
    let asked: BTreeSet<&str> = text
        .match_indices("Action::")
        .filter_map(|(at, word)| text[at + word.len()..].split(|c: char| !c.is_alphanumeric()).next())
        .collect();
    let unasked: Vec<Action> =
        Action::ALL.into_iter().filter(|action| !asked.contains(format!("{action:?}").as_str())).collect();
    assert!(unasked.is_empty(), "no action, route, decision or page asks about {unasked:?}");
}

/// What stands among the actions and names nobody who asks; by what it is let in instead.
const ASKED_OTHERWISE: &[(&str, &str)] = &[
    ("link_arrived::link_arrived", "a hook in the transaction of those who send"),
    ("open_exceptions::open_for_findings", "a hook in the transaction of those who send"),
    ("open_exceptions::open_for_clock", "a rule in the transaction of whoever sends what a device kept"),
    ("open_exceptions::open_for_pace", "a hook in the transaction of whoever says that the work is done"),
    ("settle_identity::look_when_quiet", "a hook in the transaction of those who send"),
    ("mod::append_queued", "stores what was decided before, by actions that asked"),
    ("upload::upload", "an address that was checked: `Admitted`"),
    (
        "fill_parts::run",
        "the job, which only the runner of jobs has a context for; it asks as the rule that it is",
    ),
    ("check_key::check_key", "a key: it finds out who asks"),
    ("check_key::allows", "says what a key opens"),
    ("keep_late::keep_late", "the cookie of a session that has ended: whose it was keeps what was typed"),
    ("sign_in::sign_in", "a password: nobody is known yet"),
    ("stop_mail::stop_mail", "a link that was signed here: whoever has the mail may end it"),
    ("redeem_link::read_link", "the link's token"),
    ("redeem_link::redeem_link", "the link's token"),
    ("set_up::set_up_link", "prints the token of the first owner where there is none"),
    ("set_up::create_first_owner", "that token"),
    ("set_up_headless::set_up_headless", "the settings of the server, while it has no owner"),
    ("retain::due", "counts for a page; changes nothing"),
    ("transition::to", "puts a command together"),
    ("ingest::plain", "puts a command together"),
    (
        "import::read_with",
        "reads a text for whoever looks at it before it is taken; no record is asked or changed",
    ),
    ("import::words", "says what was done"),
    ("import::put_into", "changes an order that is not taken yet; no record is asked or changed"),
];

/// A page, a key, a command and a rule go through the same actions, so an action knows who asks.
#[test]
fn every_action_takes_whoever_asks() {
    let mut unasked = BTreeSet::new();
    for file in app_files().into_iter().filter(|file| is_part(file, &["actions", "ingest"])) {
        let (text, name) = (production_text(&file), file.file_stem().unwrap().to_string_lossy().into_owned());
        for begin in ["pub fn ", "pub async fn "] {
            let signatures = text.split(begin).skip(1).filter_map(|rest| rest.split('{').next());
            let silent = signatures.filter(|signature| !signature.contains("Asker"));
            let named = silent.filter_map(|signature| signature.split(['(', '<']).next());
            unasked.extend(named.map(|function| format!("{name}::{function}")));
        }
    }
    let told: BTreeSet<String> = ASKED_OTHERWISE.iter().map(|(function, _)| (*function).to_owned()).collect();
    assert_eq!(unasked, told, "actions that take no Asker, and those of which it is said why");
}

/// One place says who somebody is: an account, a key, the operator, the system.
#[test]
fn only_people_turn_accounts_into_askers() {
    let faults = files_naming(&["Asker::account(", "Asker::key("], |file| {
        !["people", "demo"].contains(&room_of(file).as_str()) && !is_part(file, &["samples"])
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
