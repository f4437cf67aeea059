//! What makes templates reviewable, read off their text: short lines, no decisions by words, no table or form row that
//! goes its own way.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it cannot read its own source")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tracewright::web::keys;

/// Characters of the longest line.
const WIDEST: usize = 140;

/// Longest template, in lines; a section is a partial.
const LONGEST: usize = 120;

#[test]
fn lines_fit_a_review() {
    let faults = faults(|text| {
        let wide = text.lines().enumerate().filter(|(_, line)| line.chars().count() > WIDEST);
        wide.map(|(at, line)| format!("line {} has {} characters", at + 1, line.chars().count())).collect()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_section_is_a_template_of_its_own() {
    let faults = faults(|text| {
        let lines = text.lines().count();
        if lines > LONGEST { vec![format!("{lines} lines")] } else { Vec::new() }
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A word on the page may change; what is shown by it then changes without anybody noticing. The view says it: a
/// method, an enum, a class.
#[test]
fn templates_never_decide_by_a_word() {
    let faults = faults(|text| {
        let decisions = tags(text).into_iter().filter(|tag| decides(tag) && compares_with_text(tag));
        decisions.map(|tag| format!("`{tag}` decides by a word")).collect()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn tables_form_rows_chips_and_figures_come_from_the_components() {
    const OWN: [(&str, &str, &[&str]); 4] = [
        ("<table class=\"cards", "tables::table", &["traces/list.html", "work_orders/list.html"]),
        ("<p class=\"field\"", "forms::row or forms::input", &[]),
        ("<span class=\"chip", "chips::chip", &[]),
        ("<div class=\"figure", "figures::figure", &["home/counts.html"]),
    ];
    let mut faults = Vec::new();
    for (path, text) in templates() {
        for (markup, component, exceptions) in OWN {
            let is_own = path.starts_with("components/") || exceptions.contains(&path.as_str());
            if !is_own && text.contains(markup) {
                faults.push(format!("{path}: `{markup}` is written by {component}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// `form.id` is then that field and no text: a page that is brought up to date takes such a form for another one, puts it in
/// anew, and what somebody was writing in it is gone.
#[test]
fn no_field_of_a_form_that_is_sent_hides_what_the_form_is() {
    const TAKEN: [&str; 6] = ["id", "method", "action", "children", "parentNode", "isConnected"];
    let faults = faults(|text| {
        let forms =
            text.split("<form ").skip(1).filter_map(|rest| rest.split_once("</form>")).map(|(form, _)| form);
        let sent = forms.filter(|form| form.contains("method=\"post\""));
        let hides = |form: &str, name: &str| {
            form.contains(&format!("hidden(\"{name}\"")) || form.contains(&format!(" name=\"{name}\""))
        };
        let named = sent.flat_map(|form| TAKEN.into_iter().filter(move |name| hides(form, name)));
        named.map(|name| format!("a form has a field named `{name}`")).collect()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A key that nobody is told of is not found, and one that is told and does nothing is a fault. `web::keys` is the one list.
#[test]
fn every_key_is_told_and_every_key_that_is_told_is_there() {
    let told: BTreeSet<String> = keys::PLACES.iter().flat_map(keys::Place::keys).flat_map(pressed).collect();
    let mut there = keys_of_scripts();
    for (path, text) in templates() {
        let named = text.split("data-key=\"").skip(1).filter_map(|rest| rest.split('"').next());
        // What a template names by an expression are the answers of a verdict.
        let named =
            named.flat_map(|key| if key.contains("answer.key") { vec!["s", "r", "n"] } else { vec![key] });
        for key in named {
            assert!(!key.contains('{'), "{path}: `{key}` is no key");
            there.insert(key.to_owned());
        }
    }
    let (untold, unheard): (Vec<_>, Vec<_>) =
        (there.difference(&told).collect(), told.difference(&there).collect());
    assert!(untold.is_empty(), "not in web::keys: {untold:?}");
    assert!(unheard.is_empty(), "in web::keys, and nothing takes it: {unheard:?}");
}

/// Pages that take keys of their own show them in their map.
#[test]
fn a_page_with_keys_of_its_own_lists_them() {
    const LISTED: &[(&str, &str)] = &[
        ("find/page.html", "FIND"),
        ("work_orders/list.html", "ORDERS"),
        ("work_orders/order.html", "ORDER"),
        ("work_orders/board/page.html", "BOARD"),
        ("work_orders/calendar/page.html", "CALENDAR"),
        ("procedures/list.html", "PROCEDURES"),
        ("schedules/list.html", "SCHEDULES"),
        ("assets/list.html", "ASSETS"),
        ("assets/show.html", "ASSETS"),
        ("audit/claim.html", "CLAIM"),
        ("traces/show.html", "TRACE"),
        ("fleet/overview.html", "FLEET"),
        ("fleet/costs.html", "FLEET"),
        ("fleet/identity.html", "FLEET"),
        ("fleet/handoffs.html", "FLEET"),
        ("budgets/page.html", "BUDGETS"),
        ("performance/personas.html", "FLEET"),
        ("performance/workflows.html", "FLEET"),
        ("performance/endings.html", "FLEET"),
        ("fleet/subject.html", "FLEET"),
    ];
    let all: BTreeMap<String, String> = templates().into_iter().collect();
    for (path, place) in LISTED {
        let text = all.get(*path).unwrap();
        assert!(
            text.contains(&format!("crate::web::keys::{place} %}}")),
            "{path} does not list the keys of {place}"
        );
    }
    // A page whose own template has a key lists some; what it includes is told by the list above.
    let silent = all.iter().filter(|(_, text)| text.contains("{% extends") && text.contains("data-key=\""));
    let silent: Vec<&String> =
        silent.filter(|(_, text)| !text.contains("crate::web::keys::")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// The keys of one entry as a browser names them.
fn pressed(key: &keys::Key) -> Vec<String> {
    let names: Vec<&str> = key.names().collect();
    if names == ["shift", "x"] {
        return vec!["X".to_owned()];
    }
    let named = |name: &str| {
        match name {
            "↵" => "Enter",
            "←" => "ArrowLeft",
            "→" => "ArrowRight",
            "↑" => "ArrowUp",
            "↓" => "ArrowDown",
            "Esc" => "Escape",
            "space" => " ",
            other => other,
        }
        .to_owned()
    };
    names.into_iter().map(named).collect()
}

/// What the scripts ask a key for: the members of their tables, and what they compare with. `g` leads to letters that stand at the entries.
fn keys_of_scripts() -> BTreeSet<String> {
    const TABLES: [(&str, &str); 6] = [
        ("keys.js", "const ROW = {"),
        ("keys.js", "const STEP = {"),
        ("keys.js", "const act = {"),
        ("tree.js", "const keys = {"),
        ("assets.js", "const act = {"),
        ("board.js", "const side = {"),
    ];
    let script = |name: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/js").join(name)).unwrap()
    };
    let mut keys: BTreeSet<String> =
        TABLES.iter().flat_map(|(file, table)| members(&script(file), table)).collect();
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/js")).unwrap();
    for text in folder.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()) {
        for comparing in ["event.key === \"", "event.key !== \""] {
            keys.extend(
                text.split(comparing).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    // It only begins a pair, whose second letter the map shows beside it.
    keys.remove("g");
    // What the browser does by itself with a link that has the focus.
    keys.insert("Enter".to_owned());
    keys
}

/// The names of the members of an object that a script writes out, down to the brace that closes it.
fn members(script: &str, begin: &str) -> Vec<String> {
    let body = script.split(begin).nth(1).unwrap_or_else(|| panic!("no `{begin}` in the script"));
    let (mut depth, mut quote, mut word, mut names) = (0, None, String::new(), Vec::new());
    let mut is_name = true;
    for c in body.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '}') if depth == 0 => break,
            (None, '{' | '(' | '[') => depth += 1,
            (None, '}' | ')' | ']') => depth -= 1,
            (None, ':') if depth == 0 && is_name => {
                names.push(std::mem::take(&mut word));
                is_name = false;
            }
            (None, ',') if depth == 0 => {
                word.clear();
                is_name = true;
            }
            (None, c) if is_name && !c.is_whitespace() => word.push(c),
            (None, _) => {}
        }
    }
    names
}

#[test]
fn the_rules_see_what_they_are_for() {
    assert!(decides("if x.label == \"Due\"") && compares_with_text("if x.label == \"Due\""));
    assert!(decides("else if \"a\" != x") && compares_with_text("else if \"a\" != x"));
    assert!(!compares_with_text("if x.kind == Kind::Due") && !decides("for x in list"));
    assert_eq!(tags("<p>{%- if a %}b{% endif -%}</p>"), ["if a", "endif"]);
    let script = "const ROW = { \" \": \"[a=b], c:d\", f: (x) => ({ y: 1 }), \"/\": z };";
    assert_eq!(members(script, "const ROW = {"), [" ", "f", "/"]);
}

/// The tags `{% … %}` of a template without their marks of whitespace.
fn tags(text: &str) -> Vec<&str> {
    let tags = text.split("{%").skip(1).filter_map(|part| Some(part.split_once("%}")?.0));
    tags.map(|tag| tag.trim_matches(|c: char| c.is_whitespace() || "-+~".contains(c))).collect()
}

fn decides(tag: &str) -> bool {
    ["if ", "else if ", "elif ", "match "].iter().any(|word| tag.starts_with(word))
}

fn compares_with_text(tag: &str) -> bool {
    ["== \"", "!= \"", "\" ==", "\" !="].iter().any(|operator| tag.contains(operator))
}

/// What `find` finds in each template, with the template's name.
fn faults(find: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let named = |(path, text): (String, String)| {
        find(&text).into_iter().map(|fault| format!("{path}: {fault}")).collect::<Vec<_>>()
    };
    templates().into_iter().flat_map(named).collect()
}

/// Every template: its path below `templates` and its text.
fn templates() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 50, "found only {} templates", files.len());
    let name = |file: &Path| file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    files.iter().map(|file| (name(file), fs::read_to_string(file).unwrap())).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
