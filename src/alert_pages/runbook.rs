//! The runbook as a page: the same text as `docs/RUNBOOK.md`, a section for each alert.

use actix_web::HttpRequest;
use askama::Template;

use crate::web::page::show as show_page;
use crate::web::{Shell, WebResult};

/// The text as it stands in the repository.
const TEXT: &str = include_str!("../../docs/RUNBOOK.md");

#[derive(Template)]
#[template(path = "alerts/runbook.html")]
struct RunbookPage {
    shell: Shell,
    sections: Vec<Section>,
}

/// What there is to know about one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    name: String,
    /// Where links to it lead.
    anchor: String,
    blocks: Vec<Block>,
}

/// A paragraph, or steps one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    Words(Vec<Piece>),
    Steps(Vec<Vec<Piece>>),
}

/// Some words of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Strong(String),
    Code(String),
}

/// GET `/fleet/alerts/runbook`.
pub(super) async fn show(request: HttpRequest) -> WebResult {
    let shell = Shell::of(&request, "Runbook of alerts", "fleet").in_fleet_style();
    show_page(&RunbookPage { shell, sections: sections(TEXT) })
}

/// The sections of a text; what stands before the first is for readers of the file.
fn sections(text: &str) -> Vec<Section> {
    text.split("\n## ").skip(1).map(section).collect()
}

fn section(text: &str) -> Section {
    let (name, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut blocks = Vec::new();
    for paragraph in rest.split("\n\n") {
        let mut words = String::new();
        let mut steps: Vec<String> = Vec::new();
        for line in paragraph.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match (step(line), steps.last_mut()) {
                (Some(text), _) => steps.push(text.to_owned()),
                (None, Some(last)) => add(last, line),
                (None, None) => add(&mut words, line),
            }
        }
        if !words.is_empty() {
            blocks.push(Block::Words(pieces(&words)));
        }
        if !steps.is_empty() {
            blocks.push(Block::Steps(steps.iter().map(|step| pieces(step)).collect()));
        }
    }
    Section { name: name.trim().to_owned(), anchor: name.trim().to_lowercase(), blocks }
}

/// What stands behind the number of a step; none where the line is none.
fn step(line: &str) -> Option<&str> {
    let (number, text) = line.split_once(". ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(text)
}

fn add(words: &mut String, line: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(line);
}

/// Words between two stars or backticks are marked; one that is never closed is an ordinary sign.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let marked = [("**", true), ("`", false)].into_iter().filter_map(|(mark, is_strong)| {
            let (before, after) = rest.split_once(mark)?;
            let (inside, after) = after.split_once(mark)?;
            Some((before, inside, after, is_strong))
        });
        let Some((before, inside, after, is_strong)) = marked.min_by_key(|(before, ..)| before.len()) else {
            pieces.push(Piece::Plain(rest.to_owned()));
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        let inside = inside.to_owned();
        pieces.push(if is_strong { Piece::Strong(inside) } else { Piece::Code(inside) });
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::model::Rule;

    #[test]
    fn every_rule_has_a_section_under_its_anchor() {
        let sections = sections(TEXT);
        for rule in Rule::ALL {
            let own = sections.iter().find(|section| section.anchor == rule.anchor());
            let own = own.unwrap_or_else(|| panic!("{}", rule.as_str()));
            assert_eq!(own.name, rule.as_str());
            let heads = own.blocks.iter().filter_map(|block| match block {
                Block::Words(pieces) => pieces.first(),
                Block::Steps(_) => None,
            });
            let heads: Vec<&Piece> = heads.collect();
            for head in ["Impact.", "Investigation.", "Causes.", "Fix.", "Prevention."] {
                assert!(heads.contains(&&Piece::Strong(head.to_owned())), "{} {head}", own.name);
            }
        }
    }

    #[test]
    fn marks_and_steps_are_read_and_open_marks_stay() {
        let section = section("Name\n\n**Look.** At `x`\nagain.\n1. One **a\n2. Two\nmore\n");
        let plain = |text: &str| Piece::Plain(text.to_owned());
        let words = vec![
            Piece::Strong("Look.".to_owned()),
            plain(" At "),
            Piece::Code("x".to_owned()),
            plain(" again."),
        ];
        let steps = vec![vec![plain("One **a")], vec![plain("Two more")]];
        assert_eq!(section.blocks, [Block::Words(words), Block::Steps(steps)]);
    }
}
