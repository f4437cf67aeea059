//! The direction rules of `docs/ARCHITECTURE.md`, read off the source text: who may use whom.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot read its own source")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// For each top-level module: the other top-level modules it may name.
const MAY_USE: &[(&str, &[&str])] = &[
    ("foundation", &[]),
    ("db", &["foundation"]),
    ("config", &["foundation", "db"]),
    ("telemetry", &["foundation"]),
    ("ledger", &["foundation", "db"]),
    ("jobs", &["foundation", "db", "config", "ledger", "state", "web", "people"]),
    ("state", &["foundation", "db", "config", "ledger"]),
    ("web", &["foundation", "db", "config", "ledger", "state", "people"]),
    ("people", &["foundation", "db", "config", "ledger", "state", "web"]),
    ("ledger_pages", &["foundation", "db", "config", "ledger", "state", "web", "people"]),
    ("traces", &["foundation", "db", "config", "ledger", "state", "web", "jobs"]),
    ("work_orders", &["foundation", "db", "config", "ledger", "state", "web", "people", "jobs"]),
    ("integrations", &["foundation", "db", "config", "ledger", "state", "web", "people", "jobs", "traces"]),
    (
        "audit",
        &["foundation", "db", "config", "ledger", "state", "web", "people", "work_orders", "traces", "jobs"],
    ),
    ("trust", &["foundation", "db", "config", "ledger", "state", "web", "people", "audit"]),
    (
        "order_pages",
        &["foundation", "db", "ledger", "state", "web", "people", "work_orders", "audit", "trust"],
    ),
    ("ledger_pages", &["foundation", "db", "config", "ledger", "state", "web", "people"]),
    ("knowledge", &["foundation", "db", "config", "ledger", "state", "web", "people", "audit"]),
];

/// The shell: it may use everything and nothing may use it.
const SHELL: &[&str] = &["app", "router", "commands", "home", "bundle", "demo", "main", "lib"];

/// Files that may name diesel: where rows live.
const DIESEL: &[&str] = &["store", "reads", "projection", "db", "ledger"];

/// Files that may name actix: where requests live.
const ACTIX: &[&str] = &[
    "web",
    "pages",
    "order_pages",
    "api",
    "forms",
    "routes",
    "mcp",
    "router",
    "commands",
    "auth",
    "middleware",
];

#[test]
fn modules_use_each_other_in_one_direction_only() {
    let mut faults = Vec::new();
    for file in sources() {
        let module = top_module(&file);
        if SHELL.contains(&module.as_str()) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{}: module `{module}` has no line in MAY_USE", file.display()));
            continue;
        };
        for used in modules_named_in(&production_text(&file)) {
            if used != module && !allowed.contains(&used.as_str()) {
                faults.push(format!("{}: `{module}` must not use `{used}`", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

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
    let faults =
        files_naming(&["diesel::"], |file| !is_part(file, DIESEL) && top_module(file) != "foundation");
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
    for file in sources() {
        let module = top_module(&file);
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

#[test]
fn no_file_grows_beyond_five_hundred_lines() {
    let faults: Vec<String> = sources()
        .into_iter()
        .filter_map(|file| {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            (lines > 500).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn files_naming(words: &[&str], concerns: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for file in sources().into_iter().filter(|file| concerns(file)) {
        let text = production_text(&file);
        for word in words.iter().filter(|word| text.contains(**word)) {
            faults.push(format!("{}: names {word}", file.display()));
        }
    }
    faults
}

/// Whether the file, or a folder it lies in, is called one of `names`.
fn is_part(file: &Path, names: &[&str]) -> bool {
    let relative = file.strip_prefix(source_root()).unwrap();
    relative.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        names.contains(&part.trim_end_matches(".rs"))
    })
}

fn modules_named_in(text: &str) -> BTreeSet<String> {
    crate_paths(text).into_iter().filter_map(|path| path.split("::").next().map(str::to_owned)).collect()
}

/// Every `crate::a::b` of a text as `a::b`, with one level of `crate::{a::b, c}` opened.
fn crate_paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (_, rest) in text.match_indices("crate::").map(|(at, word)| (at, &text[at + word.len()..])) {
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split("};").next().unwrap_or_default();
            paths.extend(group.split(',').map(|part| part.trim().to_owned()));
        } else {
            paths.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect());
        }
    }
    paths
}

/// The file's text without comments and without its test module.
fn production_text(file: &Path) -> String {
    if is_part(file, &["tests"])
        || file.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("_test"))
    {
        return String::new();
    }
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn top_module(file: &Path) -> String {
    let relative = file.strip_prefix(source_root()).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&source_root(), &mut files);
    assert!(files.len() > 10, "found only {} source files", files.len());
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
