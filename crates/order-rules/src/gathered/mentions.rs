//! Who is spoken to in a text: `@USR-002`, `@Dana Okafor` or `@Dana`, where only one member has that first name. Pure.

use super::events::Mentioned;

/// The most people that one text speaks to.
const MOST: usize = 20;

/// Somebody who can be spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub account: String,
    pub name: String,
    /// `USR-002`.
    pub code: String,
}

/// The members that a text speaks to, each once, in the order in which it does. An address of mail speaks to nobody.
pub fn find(text: &str, members: &[Member]) -> Vec<Mentioned> {
    let mut found: Vec<Mentioned> = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '@' && !before.is_alphanumeric() && found.len() < MOST {
            let rest = text.get(at + 1..).unwrap_or_default();
            if let Some((member, length)) = named(rest, members)
                && found.iter().all(|known| known.account != member.account)
            {
                found.push(Mentioned {
                    account: member.account.clone(),
                    name: member.name.clone(),
                    words: text.get(at..at + 1 + length).unwrap_or_default().to_owned(),
                });
            }
        }
        before = c;
    }
    found
}

/// How the words that named somebody are shown: a code as the name that it stands for, `@Dana Okafor`, and a name as it was
/// written.
pub fn shown(words: &str, name: &str) -> String {
    let is_name = begins(name, words.trim_start_matches('@')).is_some();
    if is_name || name.is_empty() { words.to_owned() } else { format!("@{name}") }
}

/// A text in which codes stand as names; `called` are the words that named somebody in it, and who that is.
pub fn in_names(text: &str, called: &[(&str, &str)]) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('@') {
        out.push_str(before);
        let named = called.iter().find_map(|(words, name)| {
            let left = after.strip_prefix(words.strip_prefix('@')?)?;
            (!left.starts_with(char::is_alphanumeric)).then(|| (left, shown(words, name)))
        });
        let (left, words) = named.unwrap_or_else(|| (after, "@".to_owned()));
        out.push_str(&words);
        rest = left;
    }
    out.push_str(rest);
    out
}

/// Words behind an `@` that name nobody, or more than one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// As they were written: `@Samm`.
    pub words: String,
    /// Whether several members have that first name.
    pub is_shared: bool,
}

/// What a text calls out and nobody hears, each once; at most [`MOST`]. What stands in code, or goes on as a path does
/// (`@scope/name`), calls nobody.
pub fn unheard(text: &str, members: &[Member]) -> Vec<Unheard> {
    let mut missed: Vec<Unheard> = Vec::new();
    let (mut before, mut in_code) = (' ', false);
    for (at, c) in text.char_indices() {
        in_code ^= c == '`';
        let begins_call = c == '@' && !before.is_alphanumeric() && !in_code;
        before = c;
        let rest = text.get(at + 1..).unwrap_or_default();
        let word = word_of(rest);
        let goes_on = rest.get(word.len()..).is_some_and(|after| after.starts_with(['/', '@', '`']));
        if !begins_call
            || word.is_empty()
            || goes_on
            || named(rest, members).is_some()
            || missed.len() >= MOST
        {
            continue;
        }
        let is_shared = members.iter().any(|member| begins(word, &first_name(member)).is_some());
        let one = Unheard { words: format!("@{word}"), is_shared };
        if !missed.contains(&one) {
            missed.push(one);
        }
    }
    missed
}

/// The word that a text begins with: letters, digits and what joins them in a name or a code.
fn word_of(text: &str) -> &str {
    let end =
        text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '\'')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches(['-', '_', '\''])
}

fn first_name(member: &Member) -> String {
    member.name.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Whoever the words begin with, and how many bytes name them; the longest name wins.
fn named<'a>(words: &str, members: &'a [Member]) -> Option<(&'a Member, usize)> {
    let whole = members.iter().flat_map(|member| {
        [&member.name, &member.code].into_iter().filter_map(move |name| Some((member, begins(words, name)?)))
    });
    let longest = whole.max_by_key(|(_, length)| *length);
    longest.or_else(|| {
        let mut fitting =
            members.iter().filter_map(|member| Some((member, begins(words, &first_name(member))?)));
        let one = fitting.next()?;
        fitting.next().is_none().then_some(one)
    })
}

/// How many bytes of the words are this name, in any case of letters, if it ends where a word ends.
fn begins(words: &str, name: &str) -> Option<usize> {
    let mut length = 0;
    let mut chars = words.chars();
    for wanted in name.chars() {
        let c = chars.next()?;
        if !c.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
        length += c.len_utf8();
    }
    let ends = chars.next().is_none_or(|next| !next.is_alphanumeric());
    (ends && length > 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn members() -> Vec<Member> {
        [
            ("a", "Dana Okafor", "USR-002"),
            ("b", "Sam Rivera", "USR-003"),
            ("c", "Sam Lee", "USR-030"),
            ("d", "Ümit Öz", "USR-4"),
        ]
        .map(|(account, name, code)| Member {
            account: account.to_owned(),
            name: name.to_owned(),
            code: code.to_owned(),
        })
        .to_vec()
    }

    #[test]
    fn a_code_is_shown_as_the_name_and_a_name_as_it_was_written() {
        let called = [("@USR-002", "Dana Okafor"), ("@sam rivera", "Sam Rivera")];
        for (text, expected) in [
            ("@USR-002, look", "@Dana Okafor, look"),
            ("@sam rivera and @USR-002", "@sam rivera and @Dana Okafor"),
            ("@USR-0021 mail@USR @", "@USR-0021 mail@USR @"),
            ("no call", "no call"),
        ] {
            assert_eq!(in_names(text, &called), expected, "{text}");
        }
        assert_eq!([shown("@USR-002", ""), shown("@Dana", "Dana Okafor")], ["@USR-002", "@Dana"]);
    }

    #[test]
    fn codes_names_and_first_names_that_one_member_has() {
        for (text, expected) in [
            ("@USR-002 please look", vec![("a", "@USR-002")]),
            ("@usr-030, and not @USR-0300", vec![("c", "@usr-030")]),
            ("ask @dana okafor.", vec![("a", "@dana okafor")]),
            ("@Dana could", vec![("a", "@Dana")]),
            ("@Sam which?", vec![]),
            ("@Sam Lee and @Sam Rivera", vec![("c", "@Sam Lee"), ("b", "@Sam Rivera")]),
            ("(@Ümit)", vec![("d", "@Ümit")]),
            ("dana@dana.example", vec![]),
            ("@Danas pump", vec![]),
            ("@Dana @Dana", vec![("a", "@Dana")]),
            ("@nobody @ @@", vec![]),
            ("@@Dana", vec![("a", "@Dana")]),
        ] {
            let found = find(text, &members());
            let found: Vec<(&str, &str)> =
                found.iter().map(|one| (one.account.as_str(), one.words.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_nobody_hears_is_told() {
        for (text, expected) in [
            ("@Samm, look", vec![("@Samm", false)]),
            ("@Sam which?", vec![("@Sam", true)]),
            ("@Sam Lee and @Dana", vec![]),
            ("@USR-0300. @Danas pump", vec![("@USR-0300", false), ("@Danas", false)]),
            ("@nobody @nobody @ @@", vec![("@nobody", false)]),
            ("dana@dana.example `@Override` @scope/name", vec![]),
        ] {
            let found = unheard(text, &members());
            let found: Vec<(&str, bool)> =
                found.iter().map(|one| (one.words.as_str(), one.is_shared)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_the_words_stand_in_it(text in "[@A-Za-z ÜÖüö\u{130}.-]{0,60}") {
            for one in find(&text, &members()) {
                prop_assert!(text.contains(&one.words) && one.words.starts_with('@'));
            }
            for one in unheard(&text, &members()) {
                prop_assert!(text.contains(&one.words) && one.words.starts_with('@'));
            }
        }
    }
}
