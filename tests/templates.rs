//! What makes templates reviewable, read off their text: short lines, no decisions by words, no table or form row that
//! goes its own way.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot read its own source")]

use std::fs;
use std::path::{Path, PathBuf};

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

#[test]
fn the_rules_see_what_they_are_for() {
    assert!(decides("if x.label == \"Due\"") && compares_with_text("if x.label == \"Due\""));
    assert!(decides("else if \"a\" != x") && compares_with_text("else if \"a\" != x"));
    assert!(!compares_with_text("if x.kind == Kind::Due") && !decides("for x in list"));
    assert_eq!(tags("<p>{%- if a %}b{% endif -%}</p>"), ["if a", "endif"]);
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
