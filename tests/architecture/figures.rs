//! How long files and functions are. The figures are printed; the largest file is bounded.

use std::fs;
use std::path::PathBuf;

use super::source::{app_files, files_below, is_test, pure_crates};

/// The longest a file may be.
const MOST_LINES: usize = 500;

fn all_files() -> Vec<PathBuf> {
    app_files().into_iter().chain(pure_crates().into_iter().flat_map(|folder| files_below(&folder))).collect()
}

#[test]
fn no_file_grows_beyond_five_hundred_lines() {
    let length = |file: &PathBuf| fs::read_to_string(file).unwrap().lines().count();
    let lengths: Vec<(usize, PathBuf)> = all_files().into_iter().map(|file| (length(&file), file)).collect();
    let code: Vec<usize> =
        lengths.iter().filter(|(_, file)| !is_test(file)).map(|(lines, _)| *lines).collect();
    let functions =
        all_files().into_iter().filter(|file| !is_test(file)).flat_map(|file| functions_of(&file)).collect();
    println!("files: {}; functions: {}", spread(code), spread(functions));
    let large: Vec<_> = lengths.into_iter().filter(|(lines, _)| *lines > MOST_LINES).collect();
    assert!(large.is_empty(), "above {MOST_LINES} lines: {large:?}");
}

fn spread(mut lengths: Vec<usize>) -> String {
    lengths.sort_unstable();
    let at = |share: usize| lengths.get(lengths.len() * share / 100).copied().unwrap_or_default();
    format!("{} with a median of {} lines, p90 {}", lengths.len(), at(50), at(90))
}

/// The lengths of a file's functions, from the line of `fn` to the brace that closes it at the same depth.
fn functions_of(file: &PathBuf) -> Vec<usize> {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &str| {
        let words = line.trim_start();
        let words = words
            .strip_prefix("pub")
            .map_or(words, |rest| rest.trim_start_matches(|c| c != ' ').trim_start());
        words.starts_with("fn ") || words.starts_with("async fn ") || words.starts_with("const fn ")
    };
    let starts = lines.iter().enumerate().filter(|(_, line)| begins(line));
    starts
        .filter_map(|(start, line)| {
            let indent = line.len() - line.trim_start().len();
            let close = format!("{}}}", " ".repeat(indent));
            lines[start..].iter().position(|line| *line == close).map(|length| length + 1)
        })
        .collect()
}
