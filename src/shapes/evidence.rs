//! Traces linked to orders, claims, verdicts and scores as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FieldWord, Person, moment};
use crate::audit::Outcome;
use crate::audit::reads::{ClaimRow, JudgedClaim, JudgedVerdict, LinkRow};
use crate::knowledge::reads::FoundAtom;
use crate::trust::explain::Next;
use crate::trust::reads::Report;

/// A page of claims.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClaimPage {
    pub data: Vec<ClaimView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// Something that an order, or somebody about it, claims.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClaimView {
    pub id: String,
    /// The part it is about: `item:ID`.
    pub target: String,
    /// As people write it: `3.2`, `C1`.
    pub place: String,
    pub statement: String,
    /// How much it weighs in the score: 0, 1, 2 or 4.
    pub materiality: i32,
    pub author: Person,
    #[schema(format = DateTime)]
    pub made_at: Option<String>,
    /// `open`, `supported`, `refuted`, `disputed` or `not_enough_information`.
    pub standing: String,
    /// A criterion that nobody claims yet.
    pub is_unclaimed: bool,
    /// Only a file says so, and nobody here vouches for it.
    pub is_unattested: bool,
    pub is_withdrawn: bool,
    /// All that were given on it, the oldest first, replaced ones too.
    pub verdicts: Vec<VerdictView>,
}

/// A verdict; none is given by this API.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerdictView {
    pub id: String,
    /// `supported`, `refuted` or `not_enough_information`.
    pub outcome: String,
    pub judge: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub comment: String,
    /// The words of evidence that it quotes.
    pub quotes: Vec<QuoteView>,
    /// The id of the verdict that replaced it.
    pub superseded_by: Option<String>,
}

/// Words of stored evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteView {
    pub trace: String,
    pub observation: String,
    pub field: String,
    pub exact: String,
}

impl From<JudgedClaim> for ClaimView {
    fn from(judged: JudgedClaim) -> Self {
        let JudgedClaim { claim, verdicts } = judged;
        let ClaimRow { claim_id, target_kind, target_id, place, statement, materiality, .. } = claim;
        Self {
            id: claim_id,
            target: format!("{target_kind}:{target_id}"),
            place,
            statement,
            materiality,
            author: Person { id: claim.author_id, kind: claim.author_kind, name: claim.author_name },
            made_at: claim.made_at.map(moment),
            standing: claim.standing,
            is_unclaimed: claim.unclaimed,
            is_unattested: claim.unattested,
            is_withdrawn: claim.withdrawn_at.is_some(),
            verdicts: verdicts.into_iter().map(VerdictView::from).collect(),
        }
    }
}

impl From<JudgedVerdict> for VerdictView {
    fn from(judged: JudgedVerdict) -> Self {
        let JudgedVerdict { row, verdict } = judged;
        let outcome: Outcome = verdict.outcome;
        let quotes = verdict.quotes.into_iter().map(|quote| QuoteView {
            trace: quote.evidence.trace_id,
            observation: quote.evidence.observation_id,
            field: quote.evidence.field,
            exact: quote.evidence.quote.exact,
        });
        Self {
            id: row.verdict_id,
            outcome: outcome.as_str().to_owned(),
            judge: row.judge_name,
            at: moment(row.at),
            comment: verdict.comment,
            quotes: quotes.collect(),
            superseded_by: row.superseded_by,
        }
    }
}

/// A page of links.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinkPage {
    pub data: Vec<LinkView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A trace, or an observation of one, that is evidence of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinkView {
    pub id: String,
    pub trace: String,
    /// None for the trace as a whole.
    pub observation: Option<String>,
    /// The part it is evidence of: `item:ID`; none for the order as a whole.
    pub target: Option<String>,
    /// `hand`; `rule` where it named the order as it came in; `traceparent` where an agent recorded something while called under it.
    pub how: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// How the stored trace stands against what was pinned of it: `waiting`, `pinned`, `grown`, `altered` or `erased`.
    pub state: String,
}

impl LinkView {
    /// A link, with how its trace stands.
    pub fn of(row: LinkRow, state: &str) -> Self {
        let target = (!row.target_id.is_empty()).then(|| format!("{}:{}", row.target_kind, row.target_id));
        Self {
            id: row.link_id,
            trace: row.trace_id,
            observation: Some(row.observation_id).filter(|id| !id.is_empty()),
            target,
            how: row.how,
            by: Person { id: row.by_id, kind: row.by_kind, name: row.by_name },
            at: moment(row.at),
            state: state.to_owned(),
        }
    }
}

/// A trace that is evidence.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidence {
    /// The id of a stored trace.
    #[schema(min_length = 1, max_length = 500)]
    pub trace: String,
    /// One observation of it; the whole trace where it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub observation: Option<String>,
    /// The part it is evidence of: `3.2`, `3`, `C1`, or `item:ID`; the order as a whole where it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub target: Option<String>,
}

/// A claim in words, with the words of a trace that show it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatementBody {
    /// The part it is about: `3.2`, `3`, `C1`, or `item:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub target: String,
    /// What is true or not, in a sentence.
    #[schema(min_length = 1, max_length = 1000)]
    pub statement: String,
    pub quote: NewQuoteBody,
}

/// Words that stand in a stored body, as they stand there.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuoteBody {
    #[schema(min_length = 1, max_length = 500)]
    pub trace: String,
    #[schema(min_length = 1, max_length = 500)]
    pub observation: String,
    pub field: FieldWord,
    #[schema(min_length = 1, max_length = 4000)]
    pub exact: String,
    /// What stands before them, where they stand more than once.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub prefix: String,
    /// What stands behind them.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub suffix: String,
}

/// How far an order can be relied on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScoreView {
    pub number: String,
    /// `A` to `D`, `–` while nobody judged anything, `void` where the record is not whole.
    pub grade: String,
    /// At least, in basis points of 10000.
    pub assured: u32,
    /// The best guess, in basis points.
    pub expected: u32,
    /// How sure that guess is, in basis points.
    pub confidence: u32,
    /// How much of what counts was looked at, in basis points.
    pub coverage: u32,
    /// Such as `disputed`, `critical_refuted`.
    pub flags: Vec<String>,
    /// Entries of the log that counted.
    pub tree_size: u64,
    /// The latest moment that counted.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// What would raise it most, the best first.
    pub raised_by: Vec<RaiseView>,
}

/// Something that would raise a score.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RaiseView {
    /// The id of the claim, or of the trace.
    pub id: String,
    /// The place of the claim, where it is one.
    pub place: String,
    /// `verify`, `settle` or `restore`.
    pub what: String,
    /// In basis points.
    pub gain: i64,
}

impl From<&Report> for ScoreView {
    fn from(report: &Report) -> Self {
        let score = &report.explanation.score;
        let raises = report.explanation.proposals.iter().take(5).map(|it| RaiseView {
            id: it.id.clone(),
            place: report.claims.get(&it.id).map(|(place, _)| place.clone()).unwrap_or_default(),
            what: match it.next {
                Next::Verify => "verify",
                Next::Settle => "settle",
                Next::Restore => "restore",
            }
            .to_owned(),
            gain: it.gain,
        });
        Self {
            number: report.number.clone(),
            grade: score.grade.as_str().to_owned(),
            assured: score.assured,
            expected: score.expected,
            confidence: score.confidence,
            coverage: score.coverage,
            flags: score.flags.iter().map(|flag| flag.as_str().to_owned()).collect(),
            tree_size: score.tree_size,
            as_of: moment(score.as_of),
            raised_by: raises.collect(),
        }
    }
}

/// Knowledge that holds every word that was asked for, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AtomPage {
    pub data: Vec<AtomView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// One supported statement, with the words it rests on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AtomView {
    pub id: String,
    pub statement: String,
    /// `fact`, `measurement`, `procedure`, `decision`, `constraint` or `cause`.
    pub kind: String,
    /// Such as `verified` or `contested`.
    pub status: String,
    /// Why it stands so.
    pub why: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The claims that carry it, of orders that whoever asks may see.
    pub claims: Vec<AtomClaimView>,
    /// Where its words stand.
    pub words: Vec<QuoteView>,
}

/// A claim that carries an atom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AtomClaimView {
    pub id: String,
    pub place: String,
    pub statement: String,
}

impl From<FoundAtom> for AtomView {
    fn from(atom: FoundAtom) -> Self {
        let FoundAtom { row, spans, sources, why } = atom;
        let claims = sources.into_iter().map(|source| AtomClaimView {
            id: source.claim_id,
            place: source.place,
            statement: source.statement,
        });
        let words = spans.into_iter().map(|span| QuoteView {
            trace: span.trace_id,
            observation: span.observation_id,
            field: span.field,
            exact: span.quote.exact,
        });
        Self {
            id: row.atom_id,
            statement: row.statement,
            kind: row.kind,
            status: row.status,
            why,
            created_at: moment(row.created_at),
            claims: claims.collect(),
            words: words.collect(),
        }
    }
}
