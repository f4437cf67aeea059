//! The source text as the tests look at it: files, the room each stands in, the paths each names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates that rooms stand in, from the ground up; the application itself is the top floor. All other crates are pure.
pub const FLOORS: [&str; 4] = ["crates/database", "crates/platform", "crates/trace-store", "."];

/// The folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the crates.
pub fn crates_root() -> PathBuf {
    root().join("crates")
}

/// The folders of the pure crates: useful by themselves, without database and web.
pub fn pure_crates() -> Vec<PathBuf> {
    let folders = fs::read_dir(crates_root()).unwrap().map(|entry| entry.unwrap().path());
    let mut pure: Vec<PathBuf> =
        folders.filter(|folder| FLOORS.iter().all(|floor| root().join(floor) != *folder)).collect();
    pure.sort();
    pure
}

/// Every Rust file below a folder, sorted.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
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

/// Every file of the application, whichever floor it stands on.
pub fn app_files() -> Vec<PathBuf> {
    let files: Vec<PathBuf> =
        FLOORS.iter().flat_map(|floor| files_below(&root().join(floor).join("src"))).collect();
    assert!(files.len() > 300, "found only {} source files", files.len());
    files
}

/// Every file that decides what happens: the application's, and the pure rules of orders.
pub fn deciding_files() -> Vec<PathBuf> {
    app_files().into_iter().chain(files_below(&crates_root().join("order-rules/src"))).collect()
}

/// The room a file of the application stands in: the top folder of its floor, or its own name; the database is one room.
pub fn room_of(file: &Path) -> String {
    let floor = FLOORS.iter().map(|floor| root().join(floor).join("src")).find(|src| file.starts_with(src));
    let floor = floor.unwrap();
    if floor.starts_with(root().join(FLOORS[0])) {
        return "db".to_owned();
    }
    let relative = file.strip_prefix(floor).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Whether the file, or a folder it lies in, is called one of `names`.
pub fn is_part(file: &Path, names: &[&str]) -> bool {
    let relative = file.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    relative.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        names.contains(&part.trim_end_matches(".rs"))
    })
}

/// Whether a file holds nothing but tests.
pub fn is_test(file: &Path) -> bool {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    is_part(file, &["tests", "fixtures_test", "dialects_test"])
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
}

/// The file's text without comments and without what is compiled for tests only.
pub fn production_text(file: &Path) -> String {
    if is_test(file) {
        return String::new();
    }
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    without_tests(lines).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// Leaves out each item under `#[cfg(test)]`: up to its semicolon, or to the brace that closes it at the same depth. The
/// numbers of the other lines stay with them.
pub fn without_tests<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<(usize, &'a str)> {
    let (mut kept, mut end): (Vec<(usize, &str)>, Option<String>) = (Vec::new(), None);
    for (number, line) in lines {
        let words = line.trim_start();
        match &end {
            None if words == "#[cfg(test)]" => end = Some(String::new()),
            None => kept.push((number, line)),
            // Other attributes of the same item, and what is said of it.
            Some(close) if close.is_empty() && (words.starts_with("#[") || words.starts_with("//")) => {}
            Some(close) if close.is_empty() && (words.ends_with(';') || words.ends_with("{}")) => end = None,
            Some(close) if close.is_empty() => {
                let indent = line.len() - words.len();
                end = Some(format!("{}}}", " ".repeat(indent)));
            }
            Some(close) if close == line => end = None,
            Some(_) => {}
        }
    }
    kept
}

/// The first parts of every `crate::` path of a text, groups opened.
pub fn rooms_named_in(text: &str) -> BTreeSet<String> {
    crate_paths(text).into_iter().filter_map(|path| path.split("::").next().map(str::to_owned)).collect()
}

/// Every `crate::a::b` of a text as `a::b`, with `crate::{a::b, c::{d}}` opened one level.
pub fn crate_paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, word) in text.match_indices("crate::") {
        let rest = &text[at + word.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            paths.extend(members(group));
        } else {
            paths.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect());
        }
    }
    paths
}

/// The members of a group up to its closing brace; a group inside belongs to the member before it.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut member, mut all) = (0, String::new(), Vec::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => all.push(std::mem::take(&mut member)),
            c if depth == 0 && !c.is_whitespace() => member.push(c),
            _ => {}
        }
    }
    all.push(member);
    all.retain(|member| !member.is_empty());
    all
}

#[test]
fn groups_of_imports_are_opened() {
    let text = "use crate::{audit, jobs::{self, Kind}, people::Asker};\nlet x = crate::db::each!(y);";
    let rooms: Vec<String> = rooms_named_in(text).into_iter().collect();
    assert_eq!(rooms, ["audit", "db", "jobs", "people"]);
}

#[test]
fn what_is_for_tests_only_is_left_out_and_nothing_else() {
    let text = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\n#[path = \"x.rs\"]\nmod x;\nc\n#[cfg(test)]\nmod t {\n    d\n}\ne";
    let kept: Vec<(usize, &str)> = without_tests((1..).zip(text.lines()));
    assert_eq!(kept, [(1, "a"), (4, "b"), (8, "c"), (13, "e")]);
}
