//! What the page of one claim says: the words and addresses its templates ask for.

use askama::Template;

use crate::audit::addresses::quote_href;
use crate::audit::evidence::TreeRow;
use crate::audit::model::{MissingReason, Outcome};
use crate::audit::reads::JudgedVerdict;
use crate::audit::stated::Stated;
use crate::foundation::address::part;
use crate::foundation::{Asker, Digest, FieldErrors, Timestamp};
use crate::web::printed::Verification;
use crate::web::{Shell, format, words};

use super::claim_view::ClaimView;
use super::facts;
use super::form::{Typed, TypedQuote};
use super::walk::Scope;

/// What a stated claim may weigh, with the words for it.
pub const WEIGHTS: [(i32, &str); 4] =
    [(0, "does not count"), (1, "normal"), (2, "important"), (4, "critical")];

/// The path of what is wrong with the quote in the fields to type one in.
pub const BOXED: &str = "boxed";

/// The page.
#[derive(Template)]
#[template(path = "audit/claim.html")]
pub struct ClaimPage {
    pub(super) shell: Shell,
    pub(super) view: ClaimView,
    pub(super) scope: Scope,
    pub(super) typed: Typed,
    pub(super) errors: FieldErrors,
    pub(super) refusal: Option<String>,
    pub(super) warning: Option<String>,
    pub(super) may_judge: bool,
    pub(super) may_link: bool,
    pub(super) may_weigh: bool,
    pub(super) may_withdraw: bool,
    /// Whether this reader judges blind, this claim or the next.
    pub(super) judges_blind: bool,
    pub(super) weights: [(i32, &'static str); 4],
    pub(super) viewer: Asker,
    pub(super) reasons: [MissingReason; 6],
    pub(super) fields: [&'static str; 3],
    pub(super) verification: Verification,
    pub(super) now: Timestamp,
}

/// One answer of the form.
pub struct Answer<'a> {
    value: &'static str,
    word: &'static str,
    /// On the keyboard.
    key: &'static str,
    class: &'static str,
    /// Why it is not theirs to give.
    refused: Option<&'a str>,
    is_chosen: bool,
}

impl ClaimPage {
    /// The three answers; none is chosen that was not chosen before.
    fn answers(&self) -> Vec<Answer<'_>> {
        let all = [
            ("supported", "Supported", "s", "supported"),
            ("refuted", "Refuted", "r", "refuted"),
            ("not_enough_information", "Not enough information", "n", ""),
        ];
        let each = all.into_iter().zip(&self.view.refused);
        each.map(|((value, word, key, class), refused)| Answer {
            value,
            word,
            key,
            class,
            refused: refused.as_deref(),
            is_chosen: self.typed.outcome == value,
        })
        .collect()
    }

    /// A moment as the page shows it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn at(&self, at: &Timestamp) -> format::Time {
        format::Time::new(*at, self.now)
    }

    /// Why some or all answers are greyed, each reason once.
    fn refusals(&self) -> Vec<&str> {
        let mut said: Vec<&str> = self.view.refused.iter().flatten().map(String::as_str).collect();
        said.dedup();
        said
    }

    fn may_sign(&self) -> bool {
        self.view.refused.iter().any(Option::is_none)
    }

    /// What a link to the place must name: `this step`, `this criterion`.
    /// Whether knowledge atoms are taken out of what it quotes.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn may_be_knowledge(&self, verdict: &JudgedVerdict) -> bool {
        let says = &verdict.verdict;
        let stands = verdict.row.superseded_by.is_none();
        stands && says.outcome == Outcome::Supported && !says.quotes.is_empty()
    }

    /// Whether the way leads through the claims of every order.
    fn walks_all(&self) -> bool {
        self.scope == Scope::All
    }

    fn place_word(&self) -> &'static str {
        if self.view.judged.claim.target_kind == "criterion" { "this criterion" } else { "this step" }
    }

    fn weight(&self) -> String {
        let mass = self.view.judged.claim.materiality;
        if mass > 0 {
            format!("{}, counts ×{mass}", words::importance(mass))
        } else {
            words::importance(mass).to_owned()
        }
    }

    /// How the claim came to be, and when.
    fn origin(&self) -> String {
        let claim = &self.view.judged.claim;
        let made = claim.made_at.map(|at| format::Time::new(at, self.now).to_string()).unwrap_or_default();
        match claim.target_kind.as_str() {
            _ if self.view.stated.is_some() => format!("stated {made}"),
            "criterion" => "completion criterion".to_owned(),
            _ => format!("ticked {made}"),
        }
    }

    /// Whether whoever stands in the claim's row said that it holds. A criterion's row names whoever wrote the plan as well, who
    /// said no such thing; what the order records tells the two apart.
    fn has_author(&self) -> bool {
        let claim = &self.view.judged.claim;
        !claim.author_name.is_empty() && (self.view.stated.is_some() || claim.target_kind != "criterion")
    }

    /// What whoever marked the place said by it.
    fn marked_word(&self) -> &'static str {
        if self.view.judged.claim.target_kind == "criterion" { "Marked met" } else { "Marked done" }
    }

    fn error(&self, field: &str) -> Option<&str> {
        self.errors.get(field)
    }

    fn quote_href(&self, stated: &Stated) -> String {
        quote_href(stated)
    }

    /// What is wrong with the quotes as a whole, or with the words the action could not place.
    fn quotes_error(&self) -> Option<&str> {
        ["quotes", "quote"].into_iter().find_map(|path| self.errors.get(path))
    }

    /// What is wrong with one of them.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass their variables by reference")]
    fn quote_error(&self, place: &usize) -> Option<&str> {
        self.errors.get(&format!("quotes[{place}]"))
    }

    /// What is wrong with the words in the fields to type a quote in.
    fn boxed_error(&self) -> Option<&str> {
        self.errors.get(BOXED)
    }

    /// The words that stand in them.
    fn boxed_words(&self) -> &str {
        self.typed.boxed.as_ref().map_or("", |quote| quote.words.as_str())
    }

    /// Whether they are read in this span: the one that was said, else the one that is open.
    fn is_boxed_in(&self, span: &str) -> bool {
        let said = self.typed.boxed.as_ref().map_or("", |quote| quote.observation.as_str());
        let open = self.view.opened.observation.as_str();
        span == if said.is_empty() { open } else { said }
    }

    fn short_root(&self, root: &Digest) -> String {
        format::short_id(&root.to_hex())
    }

    /// The empty row that the script fills.
    fn no_quote(&self) -> TypedQuote {
        TypedQuote::default()
    }

    /// Words are mostly quoted from outputs.
    fn is_boxed_field(&self, field: &str) -> bool {
        self.typed
            .boxed
            .as_ref()
            .map_or_else(|| TypedQuote::default().reads(field), |quote| quote.reads(field))
    }

    /// Which span and body a quote is of.
    fn read_in(&self, quote: &TypedQuote) -> String {
        if quote.words.is_empty() {
            return String::new();
        }
        format!("{}, {}", self.span_name(&quote.observation), quote.field)
    }

    /// The name of a span, or its short id.
    fn span_name(&self, id: &str) -> String {
        let span = self.view.tree.iter().find(|row| row.id == id);
        span.map_or_else(|| format::short_id(id), |row| row.name.clone())
    }

    fn letter(&self, row: &TreeRow) -> String {
        row.kind.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }

    fn depth(&self, row: &TreeRow) -> usize {
        row.depth.min(6)
    }

    fn lasted(&self, row: &TreeRow) -> String {
        row.micros.map(format::duration).unwrap_or_default()
    }

    /// This page with other evidence opened.
    fn open(&self, trace: &str, observation: &str) -> String {
        let scope = if self.scope == Scope::All { "&in=all" } else { "" };
        let at = if observation.is_empty() {
            String::new()
        } else {
            format!("&observation={}", part(observation))
        };
        format!("/claims/{}?trace={}{at}{scope}", part(&self.view.judged.claim.claim_id), part(trace))
    }

    /// This page again, as it is.
    fn here(&self) -> String {
        self.scope.address(&self.view.judged.claim.claim_id)
    }

    fn go(&self, claim: &str) -> String {
        self.scope.address(claim)
    }

    /// Where skipping leads.
    fn onward(&self) -> String {
        self.view.walk.unjudged.as_ref().map_or_else(|| "/review".to_owned(), |next| self.go(next))
    }

    fn is_own(&self, verdict: &JudgedVerdict) -> bool {
        verdict.row.judge_id == self.viewer.id() && verdict.row.superseded_by.is_none()
    }

    /// Whether their own verdict stands, so that another would replace it.
    fn has_own(&self) -> bool {
        self.view.judged.verdicts.iter().any(|verdict| self.is_own(verdict))
    }

    /// Whether the form comes back with something typed or something to say about it.
    fn is_answered(&self) -> bool {
        let said = self.refusal.is_some() || self.warning.is_some() || !self.errors.0.is_empty();
        said || !self.typed.outcome.is_empty() || self.typed.all_quotes().next().is_some()
    }

    fn when(&self, verdict: &JudgedVerdict) -> format::Time {
        format::Time::new(verdict.row.at, self.now)
    }

    fn facts(&self) -> Vec<facts::Fact> {
        self.view.facts.iter().map(facts::words).collect()
    }

    /// How many others see it as the reader does.
    fn agreement(&self) -> Option<String> {
        agreement(&self.view.judged.verdicts, self.viewer.id())
    }
}

/// `You agree with 1 of 2 other verdicts`, once one has given one's own and others did too.
pub fn agreement(verdicts: &[JudgedVerdict], viewer: &str) -> Option<String> {
    let standing = || verdicts.iter().filter(|verdict| verdict.row.superseded_by.is_none());
    let own = standing().rev().find(|verdict| verdict.row.judge_id == viewer)?;
    let others = || standing().filter(|verdict| verdict.row.judge_id != viewer);
    let same = others().filter(|verdict| verdict.row.outcome == own.row.outcome).count();
    match others().count() {
        0 => None,
        1 => Some(format!("You agree with {same} of 1 other verdict.")),
        all => Some(format!("You agree with {same} of {all} other verdicts.")),
    }
}
