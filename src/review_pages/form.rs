//! The verdict form: what was typed, kept when it is shown again.

use crate::audit::actions::{Judgement, NewQuote};
use crate::audit::model::{MissingReason, Outcome};
use crate::foundation::{Error, Result};
use crate::web::Form;

/// One quote as typed or selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedQuote {
    pub words: String,
    pub trace: String,
    pub observation: String,
    /// `input`, `output` or `metadata`.
    pub field: String,
    pub prefix: String,
    pub suffix: String,
}

/// The fields as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// `supported`, `refuted`, `not_enough_information` or nothing.
    pub outcome: String,
    /// Those with words that stand in the list; the form repeats its fields once for each.
    pub quotes: Vec<TypedQuote>,
    /// What stands in the fields to type a quote in, and is not in the list yet.
    pub boxed: Option<TypedQuote>,
    pub reason: String,
    pub comment: String,
    /// An own earlier verdict that this one replaces.
    pub supersedes: String,
    /// Signed although a warning was shown.
    pub is_sure: bool,
}

impl TypedQuote {
    /// Whether the words were read in this body; an output unless it was said.
    pub fn reads(&self, body: &str) -> bool {
        self.field == body || (self.field.is_empty() && body == "output")
    }

    /// Whether it is so short that it stands in almost any text.
    pub fn is_one_sign(&self) -> bool {
        self.words.trim().chars().count() == 1
    }

    fn quote(&self) -> NewQuote {
        NewQuote {
            trace_id: self.trace.clone(),
            observation_id: self.observation.clone(),
            field: self.field.clone(),
            exact: self.words.clone(),
            prefix: self.prefix.clone(),
            suffix: self.suffix.clone(),
        }
    }
}

impl Typed {
    /// Reads the submitted fields.
    pub fn of(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let mut typed = Self {
            outcome: text("outcome"),
            quotes: quotes(form),
            boxed: None,
            reason: text("reason"),
            comment: form.raw("comment").replace("\r\n", "\n"),
            supersedes: text("supersedes"),
            is_sure: form.is_checked("sure"),
        };
        if let Some(place) = form.optional("drop").and_then(|place| place.parse::<usize>().ok())
            && place < typed.quotes.len()
        {
            typed.quotes.remove(place);
        }
        // The fields to type in are the last of their name; what is signed with them stays there until it is taken.
        let last = form.all("quote").last().map(|words| words.replace("\r\n", "\n"));
        let is_last = typed.quotes.last().is_some_and(|quote| Some(&quote.words) == last.as_ref());
        if form.is_checked("boxed") && is_last && !form.is_checked("add") {
            typed.boxed = typed.quotes.pop();
        }
        typed
    }

    /// Takes the words that were not found back into the fields to type in, where they can be corrected: those that were typed,
    /// if nothing else stands there. What was selected in a body has its surroundings with it and stays in the list.
    pub fn take_back(&mut self, place: usize) -> bool {
        let is_typed = self.quotes.get(place).is_some_and(|it| it.prefix.is_empty() && it.suffix.is_empty());
        if !is_typed || self.boxed.is_some() {
            return false;
        }
        self.boxed = Some(self.quotes.remove(place));
        true
    }

    /// Where the words in the fields to type in stand among all that are sent: behind the list.
    pub fn boxed_place(&self) -> usize {
        self.quotes.len()
    }

    /// The words of the list, then those in the fields to type in.
    pub fn all_quotes(&self) -> impl Iterator<Item = &TypedQuote> {
        self.quotes.iter().chain(&self.boxed)
    }

    /// Whether the button was one that changes the list of quotes, and nothing is to be signed yet.
    pub fn only_edits(form: &Form) -> bool {
        form.is_checked("add") || form.is_checked("drop")
    }

    /// What to think about before signing: words too short to show anything. Said once.
    pub fn warning(&self) -> Option<String> {
        let short = self.all_quotes().find(|quote| quote.is_one_sign())?;
        (!self.is_sure).then(|| {
            format!(
                "You quote “{}”: a single letter stands in almost any text and shows nothing. Quote more words, or sign once \
                 more to keep it.",
                short.words.trim()
            )
        })
    }

    /// The judgement they mean.
    pub fn judgement(&self, claim_id: &str) -> Result<Judgement> {
        let outcome = Outcome::parse(&self.outcome).ok_or_else(|| {
            Error::invalid("outcome", "choose supported, refuted or not enough information")
        })?;
        let unsettled = outcome == Outcome::NotEnoughInformation;
        Ok(Judgement {
            claim_id: claim_id.to_owned(),
            outcome,
            quotes: self.all_quotes().map(TypedQuote::quote).collect(),
            // The list stands in the form whatever was chosen; it means something for this outcome only.
            reason: MissingReason::parse(&self.reason).filter(|_| unsettled),
            comment: self.comment.clone(),
            supersedes: Some(self.supersedes.clone()).filter(|id| !id.is_empty()),
        })
    }
}

/// Each repetition of the fields with words in it; the same words at the same place count once.
fn quotes(form: &Form) -> Vec<TypedQuote> {
    let column =
        |name: &'static str| form.all(name).map(|value| value.replace("\r\n", "\n")).collect::<Vec<_>>();
    let names =
        ["quote_trace", "quote_observation", "quote_field", "quote_prefix", "quote_suffix"].map(column);
    let mut found: Vec<TypedQuote> = Vec::new();
    for (place, words) in column("quote").into_iter().enumerate() {
        let [trace, observation, field, prefix, suffix] =
            names.each_ref().map(|values| values.get(place).cloned().unwrap_or_default());
        let quote = TypedQuote { words, trace, observation, field, prefix, suffix };
        if !quote.words.trim().is_empty() && !found.contains(&quote) {
            found.push(quote);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(body: &str) -> Typed {
        Typed::of(&Form::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn repeated_fields_are_quotes_and_empty_ones_are_none() {
        let two = "quote=a+b&quote_trace=t&quote_observation=o&quote_field=input&quote_prefix=&quote_suffix=\
                   &quote=&quote_trace=t&quote_observation=o&quote_field=output&quote_prefix=&quote_suffix=\
                   &quote=c+d&quote_trace=u&quote_observation=p&quote_field=output&quote_prefix=x&quote_suffix=y";
        let typed = typed(&format!("outcome=supported&{two}"));
        let places: Vec<_> = typed
            .quotes
            .iter()
            .map(|it| (it.words.as_str(), it.trace.as_str(), it.suffix.as_str()))
            .collect();
        assert_eq!(places, [("a b", "t", ""), ("c d", "u", "y")]);
        assert_eq!(typed.judgement("claim").unwrap().quotes.len(), 2);
    }

    #[test]
    fn one_letter_is_warned_of_once() {
        for (body, warns) in [
            ("quote=e", true),
            ("quote=+4+", true),
            ("quote=e&sure=1", false),
            ("quote=48", false),
            ("quote=", false),
            ("quote=48+of+51&quote=x", true),
        ] {
            assert_eq!(typed(body).warning().is_some(), warns, "{body}");
        }
    }

    #[test]
    fn what_is_typed_stays_in_its_fields_until_it_is_added_or_taken() {
        let listed = "quote=one&quote_trace=t&quote_prefix=x&quote_suffix=y";
        let both = format!("{listed}&quote=two&quote_trace=t&quote_prefix=&quote_suffix=&boxed=1");
        let words = |typed: &Typed| {
            let listed = typed.quotes.iter().map(|it| it.words.clone()).collect::<Vec<_>>();
            (listed.join(","), typed.boxed.as_ref().map_or(String::new(), |it| it.words.clone()))
        };
        for (body, expected) in [
            (both.clone(), ("one", "two")),
            (format!("{both}&add=1"), ("one,two", "")),
            (format!("{listed}&quote=&quote_trace=t&boxed=1"), ("one", "")),
            (listed.to_owned(), ("one", "")),
        ] {
            let (listed, boxed) = words(&typed(&body));
            assert_eq!((listed.as_str(), boxed.as_str()), expected, "{body}");
        }
        assert_eq!(typed(&format!("outcome=supported&{both}")).judgement("claim").unwrap().quotes.len(), 2);
        // Typed words that were not found come back; selected ones, and those beside others that are typed, stay.
        let mut added = typed(&format!("{both}&add=1"));
        assert!(!added.take_back(0) && added.take_back(1) && !added.take_back(1));
        assert_eq!(words(&added), ("one".to_owned(), "two".to_owned()));
    }

    #[test]
    fn a_quote_is_taken_away_by_its_place() {
        let body = "quote=one&quote=two&quote=three&drop=1";
        let words: Vec<String> = typed(body).quotes.into_iter().map(|quote| quote.words).collect();
        assert_eq!(words, ["one", "three"]);
        assert_eq!(typed("quote=one&drop=7").quotes.len(), 1);
    }
}
