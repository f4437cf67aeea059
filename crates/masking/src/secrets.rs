//! Secrets: keys, tokens and passwords that their form or their name gives away.
//!
//! Each detector has literals that its secrets cannot do without; a hit on one is looked at by the detector's own rule,
//! from there on. Rules ask for length, alphabet and mixture, so that words and examples stay.

use std::collections::HashMap;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use regex::Regex;
use regex::bytes::Regex as Bytes;

use super::names::{self, is_credentials, is_random};
use super::{Hit, assigned, prefixes};

/// How a hit on a literal is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// `-----BEGIN … PRIVATE KEY-----`
    PrivateKey,
    /// `Bearer TOKEN`, and `SSWS TOKEN` as Okta has it.
    Bearer,
    /// `Basic BASE64`
    Basic,
    /// `scheme://user:password@host`
    Url,
    /// `api_key = VALUE`
    Named,
    /// `curl -u name:VALUE`
    Command,
    /// `login NAME password VALUE`
    Netrc,
    /// `api.telegram.org/botTOKEN/`
    Telegram,
    /// `?sig=VALUE`, `X-Amz-Signature=VALUE`: whoever has the address may read.
    Signed,
    /// `Authorization: SCHEME VALUE`
    Header,
    /// `Cookie: NAME=VALUE; …`
    Cookie,
}

/// Literals and the rule for them; keys of providers come beside, see [`prefixes`].
const LITERALS: &[(&str, Rule)] = &[
    ("-----BEGIN ", Rule::PrivateKey),
    ("earer ", Rule::Bearer),
    ("EARER ", Rule::Bearer),
    ("SWS ", Rule::Bearer),
    ("asic ", Rule::Basic),
    ("://", Rule::Url),
    (":\\/\\/", Rule::Url),
    ("-Signature=", Rule::Signed),
    ("&sig=", Rule::Signed),
    ("?sig=", Rule::Signed),
    ("uthorization", Rule::Header),
    ("UTHORIZATION", Rule::Header),
    ("ookie", Rule::Cookie),
    ("/bot", Rule::Telegram),
    (assigned::NETRC, Rule::Netrc),
];

/// The detectors of secrets that are no provider's keys.
const OTHERS: [&str; 8] = [
    "jwt",
    "private-key",
    "bearer-token",
    "basic-credentials",
    "url-password",
    "named-secret",
    "signed-address",
    "cookie",
];

/// Whether a detector finds secrets, by its name in a finding.
pub fn is_secret(detector: &str) -> bool {
    OTHERS.contains(&detector) || prefixes::names(detector)
}

/// The longest header of cookies, in bytes.
const LONGEST_VALUE: usize = 4_096;
/// The longest private key, in bytes.
const LONGEST_KEY: usize = 65_536;

/// Escapes that can hide letters of a literal in JSON text: `\u0020` to `\u007f`.
const HIDING: [&str; 6] = ["\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007"];

#[expect(clippy::expect_used, reason = "constant patterns, compiled in every test")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a good pattern")
}

#[expect(clippy::expect_used, reason = "constant patterns, compiled in every test")]
fn literals(all: impl Iterator<Item = &'static str>) -> Bytes {
    let escaped: Vec<String> = all.map(regex::escape).collect();
    Bytes::new(&escaped.join("|")).expect("a good pattern")
}

/// All literals but those of providers' keys, and the rule for them.
fn ruled() -> impl Iterator<Item = (&'static str, Rule)> {
    let named = assigned::LITERALS.iter().map(|literal| (*literal, Rule::Named));
    let commands = assigned::COMMANDS.iter().map(|(program, _)| (*program, Rule::Command));
    LITERALS.iter().copied().chain(named).chain(commands)
}

fn all_literals() -> impl Iterator<Item = &'static str> {
    ruled().map(|(literal, _)| literal).chain(prefixes::literals())
}

static RULES: LazyLock<HashMap<&str, Rule>> = LazyLock::new(|| ruled().collect());

static PREFILTER: LazyLock<Bytes> = LazyLock::new(|| literals(all_literals()));
static SUSPICIOUS: LazyLock<Bytes> = LazyLock::new(|| literals(all_literals().chain(HIDING)));
static HIDDEN: LazyLock<Bytes> = LazyLock::new(|| literals(HIDING.into_iter()));

static JWT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(eyJ[A-Za-z0-9_-]{8,})\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{0,}"));
static BEGIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"));
static END: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"));
/// What stands in a key whose end was cut off: base64, blanks, and line breaks as JSON inside a text writes them.
static KEY_LINES: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[A-Za-z0-9+/=\s:,-]|\\n|\\r)*"));
static BEARER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i:bearer|ssws) {1,3}([A-Za-z0-9._~+/=-]{16,})"));
static BASIC: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?i:basic) {1,3}([A-Za-z0-9+/_-]{8,}={0,2})"));
static URL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^:(?://|\\/\\/)[^\s/?\#:@"'\\<>\[\]]*:([^\s/?\#@"'\\<>]+)@[A-Za-z0-9\[]"#));
static TELEGRAM: LazyLock<Regex> = LazyLock::new(|| pattern(r"^/bot([0-9]{5,16}:[A-Za-z0-9_-]{35})(?:/|$)"));
static SIGNED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:-Signature|[&?]sig)=([A-Za-z0-9%/+=_-]{20,})"));
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^(?i:authorization)[\"'`\]]{0,4} {0,2}[:=] {0,2}[\[\\"'`]{0,4}(?:(?i:token|key|api-?key|sso-key|ssws|splunk|negotiate|dpop|genie-?key) {1,3})?([A-Za-z0-9._~+/=-]{16,})"#,
    )
});
static COOKIE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?i:cookie)[\"'`]{0,4} {0,2}: {0,2}[\"'`]{0,4}([^\r\n"'\\`]{20,})"#));
/// What comes where a key is broken into two: a line break or the end of a literal, and as many letters of keys.
static REST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^(?:\\?\r?\n[ \t]{0,16}|\\n[ \t]{0,16}|["'] {0,2}[+.]?[ \t]{0,2}\r?\n?[ \t]{0,16}["'])([A-Za-z0-9_-]{16,})"#,
    )
});

/// Whether one of the literals stands in raw text, or an escape that may hide one.
pub(super) fn suspects(raw: &str) -> bool {
    SUSPICIOUS.is_match(raw.as_bytes()) || prefixes::next_beginning(raw, 0).is_some()
}

/// Whether escapes in JSON text may hide letters or digits.
pub(super) fn hides_letters(raw: &str) -> bool {
    HIDDEN.is_match(raw.as_bytes())
}

/// Adds the secrets of a text that stands under a name.
pub(super) fn find(name: Option<&str>, text: &str, hits: &mut Vec<Hit>) {
    if let Some(kind) = name.and_then(names::kind) {
        let start = after_scheme(text);
        if kind.accepts(text.get(start..).unwrap_or_default()) {
            hits.push(hit(start, text.len(), "named-secret"));
            return;
        }
    }
    if name.is_some_and(names_cookie) && holds_token(text) {
        hits.push(hit(0, text.len(), "cookie"));
        return;
    }
    let first = hits.len();
    let mut at = 0;
    while let Some(found) = PREFILTER.find_at(text.as_bytes(), at) {
        at = found.start() + 1;
        let Ok(literal) = std::str::from_utf8(found.as_bytes()) else { continue };
        if let Some(hit) = look(literal, text, found.start()) {
            at = hit.end.max(at);
            hits.push(hit);
        }
    }
    at = 0;
    while let Some((start, literal)) = prefixes::next_beginning(text, at) {
        at = start + 1;
        if let Some(hit) = look(literal, text, start) {
            at = hit.end.max(at);
            hits.push(hit);
        }
    }
    // What begins first stays; of two at one place, what the words before it say.
    if let Some(new) = hits.get_mut(first..) {
        new.sort_by_key(|hit| hit.start);
    }
}

/// Where the value begins behind the word of a scheme, as in `Token VALUE`.
fn after_scheme(text: &str) -> usize {
    let scheme = text.split_once(' ').map(|(scheme, _)| scheme);
    let has_rule = |scheme: &str| ["bearer", "basic"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let is_word = |scheme: &&str| {
        scheme.len() < 20 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) && !has_rule(scheme)
    };
    scheme.filter(is_word).map_or(0, |scheme| scheme.len() + 1)
}

fn names_cookie(name: &str) -> bool {
    let end = name.len().checked_sub("cookie".len()).and_then(|at| name.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("cookie"))
}

/// Whether one of the values in the header of a cookie is as long and as random as tokens are.
fn holds_token(cookies: &str) -> bool {
    cookies.split([';', '=', ' ', ',']).any(|part| part.len() >= 20 && is_random(part))
}

fn hit(start: usize, end: usize, detector: &str) -> Hit {
    Hit { start, end, detector: detector.to_owned(), with_suffix: true }
}

fn look(literal: &str, text: &str, at: usize) -> Option<Hit> {
    let Some(rule) = RULES.get(literal) else {
        let key = prefixes::find(text, at, literal);
        let key = key.map(|(start, end, name)| hit(start, with_rest(text, end), name));
        return key.or_else(|| jwt(text, at));
    };
    match rule {
        Rule::PrivateKey => private_key(text, at),
        Rule::Bearer => after_word(text, at, &BEARER, "bearer-token", is_random),
        Rule::Basic => after_word(text, at, &BASIC, "basic-credentials", is_credentials),
        Rule::Url => url(text, at),
        Rule::Named => assigned::value(text, at).map(|(start, end)| hit(start, end, "named-secret")),
        Rule::Command => {
            assigned::argument(text, at, literal).map(|(start, end)| hit(start, end, "named-secret"))
        }
        Rule::Netrc => assigned::netrc(text, at).map(|(start, end)| hit(start, end, "named-secret")),
        Rule::Telegram => {
            let value = TELEGRAM.captures(text.get(at..)?)?.get(1)?;
            Some(hit(at + value.start(), at + value.end(), "telegram-token"))
        }
        Rule::Signed => {
            let value = SIGNED.captures(text.get(at..)?)?.get(1).filter(|value| is_random(value.as_str()))?;
            Some(hit(at + value.start(), at + value.end(), "signed-address"))
        }
        Rule::Header => after_word(text, at, &HEADER, "named-secret", is_random),
        Rule::Cookie => {
            let start = at.checked_sub(1)?;
            let value = COOKIE.captures(window(text.get(start..)?, LONGEST_VALUE))?.get(1)?;
            holds_token(value.as_str()).then(|| hit(start + value.start(), start + value.end(), "cookie"))
        }
    }
}

/// Whether all of a value is a key that its form gives away.
pub(super) fn has_form(value: &str) -> bool {
    let first = prefixes::next_beginning(value, 0).filter(|(at, _)| *at == 0);
    first.and_then(|(_, literal)| look(literal, value, 0)).is_some_and(|hit| hit.end == value.len())
}

/// Where a key ends that was broken into two lines or two literals.
fn with_rest(text: &str, end: usize) -> usize {
    let near = window(text.get(end..).unwrap_or_default(), LONGEST_VALUE);
    let Some(rest) = REST.captures(near).and_then(|found| found.get(1)) else { return end };
    let has = |test: fn(&u8) -> bool| rest.as_str().bytes().any(|byte| test(&byte));
    let is_key = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && is_random(rest.as_str());
    let is_next = prefixes::next_beginning(rest.as_str(), 0).is_some_and(|(at, _)| at == 0);
    if is_key && !is_next { end + rest.end() } else { end }
}

/// Whether a token may begin here: not in the middle of a word. `\n` in JSON inside a text is no letter.
pub(super) fn begins(text: &str, at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default().chars().rev();
    match before.next() {
        None => true,
        Some('n' | 'r' | 't' | 'b' | 'f') if before.clone().next() == Some('\\') => true,
        // `%20` in an address.
        Some(c) if c.is_ascii_hexdigit() && before.nth(1) == Some('%') => true,
        Some(c) => !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'),
    }
}

/// RFC 7519: three parts in base64url, of which the first is JSON that names an algorithm.
fn jwt(text: &str, at: usize) -> Option<Hit> {
    let rest = text.get(at..).filter(|rest| rest.starts_with("eyJ") && begins(text, at))?;
    let found = JWT.captures(rest)?;
    let head = URL_SAFE_NO_PAD.decode(found.get(1)?.as_str()).ok()?;
    let head: serde_json::Value = serde_json::from_slice(&head).ok()?;
    head.get("alg").map(|_| hit(at, at + found.get(0).map_or(0, |all| all.end()), "jwt"))
}

fn private_key(text: &str, at: usize) -> Option<Hit> {
    let rest = text.get(at..)?;
    let begin = BEGIN.find(rest)?.end();
    let inside = window(rest.get(begin..)?, LONGEST_KEY);
    let lines = KEY_LINES.find(inside).map_or(0, |lines| lines.end());
    let end = END.find(inside).map_or(lines, |end| end.end());
    Some(hit(at, at + begin + end, "private-key"))
}

/// A value after a word whose first letter stands before the literal.
fn after_word(
    text: &str,
    at: usize,
    regex: &Regex,
    name: &str,
    accepts: impl Fn(&str) -> bool,
) -> Option<Hit> {
    let start = at.checked_sub(1)?;
    let rest = text.get(start..).filter(|_| begins(text, start))?;
    let value = regex.captures(rest)?.get(1).filter(|value| accepts(value.as_str()))?;
    Some(hit(start + value.start(), start + value.end(), name))
}

fn url(text: &str, at: usize) -> Option<Hit> {
    let value = URL.captures(text.get(at..)?)?.get(1)?;
    let placeholder = value.as_str().starts_with(['$', '{', '<', '*', '['])
        || ["password", "pass", "pwd", "secret", "xxx", "port", "token"]
            .iter()
            .any(|word| value.as_str().eq_ignore_ascii_case(word));
    (!placeholder).then(|| hit(at + value.start(), at + value.end(), "url-password"))
}

/// The beginning of a text: a rule that looked at all of it would take quadratic time on text made for that.
pub(super) fn window(text: &str, len: usize) -> &str {
    let mut end = len.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
