//! Names whose values are secrets, and which of their values are.
//!
//! A name such as `client_secret` is never anything else; under `token` much is kept that is none (counts, pages of lists, pieces of
//! text), so its value must be as long and as mixed as tokens are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::secrets::has_form;
use super::words;

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A key or a token of a kind that is always a secret.
    Secret,
    /// A password; `PWD` is the folder of a shell too.
    Password,
    /// A token of some kind.
    Token,
    /// Name and password in base64, as in the files of docker and npm.
    Credentials,
}

/// How names end whose values are secrets; dashes, underscores and capitals aside.
const SECRETS: [&str; 25] = [
    "apikey",
    "secret",
    "secretkey",
    "secretkeybase",
    "secretvalue",
    "accesskey",
    "accesstoken",
    "apitoken",
    "authtoken",
    "bearertoken",
    "bottoken",
    "identitytoken",
    "idtoken",
    "privatetoken",
    "refreshtoken",
    "secrettoken",
    "securitytoken",
    "sessiontoken",
    "accountkey",
    "privatekey",
    "encryptionkey",
    "subscriptionkey",
    "signingkey",
    "masterkey",
    "authorization",
];

/// The same for passwords that people think of.
const PASSWORDS: [&str; 6] = ["password", "passwd", "passphrase", "pwd", "dbpass", "userpass"];

/// What stands before `token` where it is a place in a list, a piece of text, a count or a name of a request.
#[rustfmt::skip]
const OTHER_TOKENS: [&str; 42] = [
    "page", "next", "prev", "previous", "continuation", "sync", "cursor", "pagination", "paging", "resume", "start",
    "starting", "skip", "delta", "max", "min", "total", "eos", "bos", "pad", "unk", "sep", "cls", "mask", "stop",
    "special", "end", "begin", "image", "audio", "text", "first", "last", "per", "idempotency", "request",
    "cancellation", "cancel", "concurrency", "client", "watch", "trial",
];

/// What stands before `pass` where it is a turn or a ticket.
const OTHER_PASSES: [&str; 12] = [
    "first", "second", "third", "last", "next", "one", "two", "single", "multi", "forward", "backward",
    "render",
];

/// Words of what is to be filled in.
#[rustfmt::skip]
const EXAMPLES: [&str; 18] = [
    "your_", "your-", "YOUR_", "YOUR-", "_here", "-here", "_HERE", "-HERE", "example_", "example-", "placeholder",
    "PLACEHOLDER", "changeme", "change_me", "CHANGEME", "CHANGE_ME", "replace_", "REPLACE_",
];

/// What a name says of its value; `None` when nothing.
pub(super) fn kind(name: &str) -> Option<Named> {
    let last = name.bytes().next_back()?;
    if !matches!(last.to_ascii_lowercase(), b'y' | b't' | b'n' | b'e' | b'd' | b's' | b'h') {
        return None;
    }
    let words = words::of(name);
    let plain = words.concat();
    if SECRETS.iter().any(|ending| plain.ends_with(ending)) {
        return Some(Named::Secret);
    }
    if PASSWORDS.iter().any(|ending| plain.ends_with(ending)) {
        return Some(Named::Password);
    }
    let last = words.last()?.as_str();
    let before = words.iter().rev().nth(1).map_or("", String::as_str);
    match last {
        "pass" if !OTHER_PASSES.contains(&before) => Some(Named::Password),
        "auth" => Some(Named::Credentials),
        "token" => is_secret_token(before).then_some(Named::Token),
        _ => last.strip_suffix("token").filter(|before| is_secret_token(before)).map(|_| Named::Token),
    }
}

/// Whether a token is none of those others, by what stands before it; `nextpage` ends with one of their words.
fn is_secret_token(before: &str) -> bool {
    !OTHER_TOKENS.iter().any(|other| before == *other || other.len() > 3 && before.ends_with(other))
}

impl Named {
    /// Whether a value under such a name is a secret.
    pub(super) fn accepts(self, value: &str) -> bool {
        if is_placeholder(value) || value.contains(char::is_whitespace) {
            return false;
        }
        match self {
            Self::Secret => is_random(value) || is_long_number(value),
            Self::Password => is_random(value) && !is_path(value),
            // Who gave it out says more than so common a name.
            Self::Token => is_token(value) && !has_form(value),
            Self::Credentials => is_credentials(value),
        }
    }
}

/// What stands for a secret: a variable, a hole to fill, a reference in code, what another program masked.
fn is_placeholder(value: &str) -> bool {
    let is_variable = value.strip_prefix('$').is_some_and(|rest| {
        rest.starts_with(['{', '(']) || rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    let is_hole = value.starts_with(['<', '{', '[']) || value.starts_with("%(") || value.starts_with("%{");
    let is_windows = value.len() > 2 && value.starts_with('%') && value.ends_with('%');
    let is_masked =
        ["***", "xxxx", "XXXX", "...", "\u{2026}", "\u{2022}"].iter().any(|sign| value.contains(sign));
    is_variable
        || is_hole
        || is_windows
        || is_masked
        || is_reference(value)
        || EXAMPLES.iter().any(|words| value.contains(words))
}

/// `process.env.DB2_PASSWORD`, `settings.token_2`.
fn is_reference(value: &str) -> bool {
    const HOLDERS: [&str; 18] = [
        "process", "os", "env", "config", "cfg", "conf", "settings", "secrets", "vars", "var", "self",
        "this", "args", "opts", "options", "import", "ENV", "Config",
    ];
    value.split_once('.').is_some_and(|(holder, rest)| {
        HOLDERS.contains(&holder)
            && rest.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    })
}

fn is_path(value: &str) -> bool {
    value.starts_with(['/', '~']) || value.starts_with("./") || value.contains(":\\")
}

/// As many digits are no count, no time and no id of a database.
fn is_long_number(value: &str) -> bool {
    value.len() >= 24 && value.bytes().all(|byte| byte.is_ascii_digit()) && entropy_is_high(value)
}

/// Some part between dashes and dots is long and has letters and digits: tokens do, names of models and files do not.
fn is_token(value: &str) -> bool {
    let is_letter = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-' | b':' | b'%' | b'|')
    };
    let mixes = |part: &str| {
        part.len() >= 10
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    value.len() >= 16
        && value.bytes().all(is_letter)
        && !value.contains("://")
        && value.split(|c: char| !c.is_ascii_alphanumeric()).any(mixes)
        && entropy_is_high(value)
}

pub(super) fn is_credentials(base64: &str) -> bool {
    STANDARD.decode(base64).is_ok_and(|bytes| bytes.is_ascii() && bytes.contains(&b':'))
}

/// Letters and digits mixed, at least eight characters, and no more order than chance gives: 2.8 bits a character.
pub(super) fn is_random(value: &str) -> bool {
    let long = value.len() >= 8;
    let has = |test: fn(&u8) -> bool| value.bytes().any(|byte| test(&byte));
    long && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && entropy_is_high(value)
}

fn entropy_is_high(value: &str) -> bool {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let len = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / len)
        .map(|share| -share * share.log2())
        .sum();
    bits >= 2.8
}
