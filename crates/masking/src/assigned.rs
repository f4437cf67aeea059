//! Secrets that are given to a name, in text: `API_TOKEN=…`, `"password": "…"`, `--token …`, `curl -u name:…`.

use std::sync::LazyLock;

use regex::Regex;

use super::names::{self, Named};
use super::secrets::{pattern, window};
use super::words;

/// The longest value after a name, in bytes.
const LONGEST_VALUE: usize = 4_096;
/// As much of a command is looked at, in bytes.
const LONGEST_COMMAND: usize = 600;

/// Names of secrets: what of them stands in a text whenever they do. Where most texts have a word (`token`, `pass`), what follows
/// a name comes with it.
#[rustfmt::skip]
pub(super) const LITERALS: &[&str] = &[
    "pi_key", "pi-key", "pi_Key", "piKey", "pikey", "PI_KEY", "PI-KEY", "PIKEY", "pi-Key", "PI-Key",
    "ecret", "ECRET", "assw", "assphrase", "assPhrase", "PASS", "Pass", "_pass", "-pass",
    "pass\"", "pass'", "pass\\", "pass=", "pass:", "pass =", "pass  ",
    "PWD", "Pwd", "_pwd", "-pwd", "pwd\"", "pwd'", "pwd\\", "pwd=", "pwd:", "pwd =", "pwd  ",
    "oken\"", "oken'", "oken\\", "oken`", "oken=", "oken:", "oken =", "oken  ", "-token ", "_token ", "oken>",
    "OKEN\"", "OKEN'", "OKEN\\", "OKEN`", "OKEN=", "OKEN:", "OKEN =", "OKEN  ",
    "ccess_key", "ccess-key", "ccess-Key", "ccessKey", "ccesskey", "CCESS_KEY", "CCESSKEY",
    "ccountKey", "ccount_key", "CCOUNT_KEY", "rivate_key", "rivateKey", "RIVATE_KEY",
    "igning_key", "igning-key", "igningKey", "IGNING_KEY", "aster_key", "asterKey", "ASTER_KEY",
    "ption_key", "ption-Key", "ptionKey", "PTION_KEY", "auth\"", "auth'", "auth\\", "auth=", "auth:",
];

/// Programs that are given a password, and what stands right before it.
#[rustfmt::skip]
pub(super) const COMMANDS: [(&str, &str); 11] = [
    ("curl", r#"(?:-u|-U|--user|--proxy-user)(?:=|SEP)?["']?[^\s:"'\\]{0,200}:"#),
    ("mysql", "-p"),
    ("mariadb", "-p"),
    ("sshpass", "-p(?:SEP)?"),
    ("docker login", "-pSEP"),
    ("podman login", "-pSEP"),
    ("redis-cli", "(?:-a|--pass)SEP"),
    ("mongo", "-pSEP"),
    ("sqlcmd", "-PSEP"),
    ("ldapsearch", "-wSEP"),
    ("smbclient", r#"-USEP[^\s%"'\\]{1,200}%"#),
];

/// What follows in a file that `ftp` and `curl -n` read, see netrc(5).
pub(super) const NETRC: &str = "login";

static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^[\\"'`\]]{0,4}[ \t]{0,16}(?:: ?(?:str|string|String) ?=|(?::|=>|:=|=){1,2})[ \t]{0,4}[\\"'`]{0,4}"#,
    )
});
/// Behind the name of an option: a blank, or the comma of a list of arguments.
static OPTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?:[ \t=]{1,4}|[\\"'`]{1,4},[ ]{0,2}[\\"'`]{1,4})[\\"'`]{0,4}"#));
static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Za-z0-9_.~+/=!@\#%^&*$-]{8,}"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^[^\s"'`\\]{8,}"#));
/// The next field of a form.
static NEXT_FIELD: LazyLock<Regex> = LazyLock::new(|| pattern(r"&[A-Za-z_][A-Za-z0-9_.-]{0,40}="));
static PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^login(?:\s|\\[nt]){1,16}[^\s\\]{1,200}(?:\s|\\[nt]){1,16}password(?:\s|\\[nt]){1,16}([^\s\\]{6,})",
    )
});
static ARGUMENTS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let regex = |(program, before): &(&'static str, &str)| {
        let blank = r#"(?:[ \t]{1,4}|\\?["'],[ ]?\\?["'])"#;
        let before = before.replace("SEP", blank);
        let text = format!(r#"^{program}(?:[^\n|;]|\\\n)*?{blank}{before}[\\"']{{0,2}}([^\s"'`\\|;]{{6,}})"#);
        (*program, pattern(&text))
    };
    COMMANDS.iter().map(regex).collect()
});

/// Where the value stands that is given to the name around `at`, if it is a secret.
pub(super) fn value(text: &str, at: usize) -> Option<(usize, usize)> {
    let end = words::end_of(text, at);
    let start = words::start_of(text, end);
    let name = text.get(start..end)?;
    let kind = names::kind(name)?;
    let rest = window(text.get(end..)?, LONGEST_VALUE);
    let before = text.as_bytes().get(..start)?.last();
    let between = match BETWEEN.find(rest) {
        Some(found) if !is_a_result(name, found.as_str()) => found.end(),
        None if name.starts_with('-') => OPTION.find(rest)?.end(),
        None if before == Some(&b'<') && rest.starts_with('>') => 1,
        _ => return None,
    };
    let value = given(rest, between)?;
    kind.accepts(value).then_some((end + between, end + between + value.len()))
}

/// `PASS: TestOf2Pumps`, as programs that test say it.
fn is_a_result(name: &str, between: &str) -> bool {
    name.ends_with("PASS") && !name.contains('_') && between.ends_with([' ', '\t'])
}

/// The value that begins at `at`: to its quote, or as far as letters of secrets go. What is called or looked up there is none.
fn given(rest: &str, at: usize) -> Option<&str> {
    let is_quoted = rest.get(..at)?.ends_with(['"', '\'', '`']);
    let rest = rest.get(at..)?;
    let found = if is_quoted { QUOTED.find(rest) } else { PLAIN.find(rest) }?;
    let after = rest.get(found.end()..)?;
    let is_code = !is_quoted && (after.starts_with(['(', '[']) || after.starts_with("::"));
    let value = found.as_str();
    let end = NEXT_FIELD.find(value).map_or(value.len(), |next| next.start());
    value.get(..end).filter(|_| !is_code)
}

/// The password that a command is given whose name begins at `at`.
pub(super) fn argument(text: &str, at: usize, program: &str) -> Option<(usize, usize)> {
    let (_, regex) = ARGUMENTS.iter().find(|(known, _)| *known == program)?;
    captured(regex, text, at)
}

/// The password of an entry of netrc.
pub(super) fn netrc(text: &str, at: usize) -> Option<(usize, usize)> {
    captured(&PASSWORD, text, at)
}

fn captured(regex: &Regex, text: &str, at: usize) -> Option<(usize, usize)> {
    let value = regex.captures(window(text.get(at..)?, LONGEST_COMMAND))?.get(1)?;
    Named::Password.accepts(value.as_str()).then(|| (at + value.start(), at + value.end()))
}
