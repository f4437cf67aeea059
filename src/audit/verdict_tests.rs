//! Table tests of the rules for recording a verdict.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::audit::checks::{CheckResult, quote_present};
use crate::audit::model::{MissingReason, Outcome, Relation};
use crate::audit::selectors::{Evidence, QuoteSelector, locate};
use crate::audit::verdict::{ClaimFacts, Draft, Earlier, decide, may_give, may_give_on, relation_of};
use crate::foundation::{Actor, ActorKind, Asker, Digest, Error, ProjectKey, Role};
use crate::people::units::Unit;

fn of_kind(kind: ActorKind, role: Role) -> Asker {
    let actor = Actor { id: "ann".to_owned(), kind, ..Actor::system() };
    Asker::account(actor, ProjectKey(1), vec![role])
}

fn judge(id: &str) -> Asker {
    let actor = Actor { id: id.to_owned(), kind: ActorKind::Human, ..Actor::system() };
    Asker::account(actor, ProjectKey(1), vec![Role::Auditor])
}

fn auditor() -> Asker {
    judge("ann")
}

static ALONE: LazyLock<Unit> = LazyLock::new(|| Unit::of("ann", []));
static NOBODY: BTreeSet<String> = BTreeSet::new();

fn claim(performers: &[String]) -> ClaimFacts<'_> {
    ClaimFacts {
        author: "tim",
        performers,
        senders: &NOBODY,
        unit: &ALONE,
        judged_as: None,
        has_judged: false,
        withdrawn: false,
        unattested_import: false,
        unclaimed: false,
    }
}

fn draft<'a>(outcome: Outcome, quotes: &'a [Evidence], checks: &'a [CheckResult]) -> Draft<'a> {
    Draft { outcome, quotes, checks, reason: None, comment: "", supersedes: None }
}

fn a_quote() -> Vec<Evidence> {
    let located = locate("the valve is shut", &QuoteSelector::exact("valve is shut")).unwrap();
    vec![Evidence::new("t1", "o1", "output", Digest::of(b"the valve is shut"), located)]
}

fn path_of(error: &Error) -> &str {
    match error {
        Error::Invalid(errors) => errors.0.first().map_or("", |e| e.path.as_str()),
        _ => "not a field",
    }
}

#[test]
fn a_quote_or_a_fitting_check_is_needed() {
    let (none, quotes) = (claim(&[]), a_quote());
    let passed = [quote_present("abc", "b")];
    let failed = [quote_present("abc", "x")];
    let refused = decide(&auditor(), &none, &draft(Outcome::Supported, &[], &[])).unwrap_err();
    assert_eq!(path_of(&refused), "quotes");
    assert!(decide(&auditor(), &none, &draft(Outcome::Supported, &[], &failed)).is_err());
    assert!(decide(&auditor(), &none, &draft(Outcome::Supported, &[], &passed)).is_ok());
    let relation = decide(&auditor(), &none, &draft(Outcome::Supported, &quotes, &[])).unwrap();
    assert_eq!(relation, Relation::Independent);
    let refuting = Draft { comment: "not shut", ..draft(Outcome::Refuted, &[], &failed) };
    assert!(decide(&auditor(), &none, &refuting).is_ok());
    assert!(decide(&auditor(), &none, &Draft { checks: &passed, ..refuting }).is_err());
}

#[test]
fn refuting_needs_a_comment_and_not_enough_information_a_reason() {
    let (facts, quotes) = (claim(&[]), a_quote());
    let silent = decide(&auditor(), &facts, &draft(Outcome::Refuted, &quotes, &[])).unwrap_err();
    assert_eq!(path_of(&silent), "comment");
    let unsettled = draft(Outcome::NotEnoughInformation, &[], &[]);
    assert_eq!(path_of(&decide(&auditor(), &facts, &unsettled).unwrap_err()), "reason");
    let reasoned = Draft { reason: Some(MissingReason::NoEvidenceLinked), ..unsettled };
    assert!(decide(&auditor(), &facts, &reasoned).is_ok());
    let misplaced =
        Draft { reason: Some(MissingReason::BeyondJudge), ..draft(Outcome::Supported, &quotes, &[]) };
    assert_eq!(path_of(&decide(&auditor(), &facts, &misplaced).unwrap_err()), "reason");
}

#[test]
fn nobody_confirms_their_own_work_but_may_admit_a_fault() {
    let quotes = a_quote();
    let helped = [String::from("ann")];
    let own = claim(&helped);
    assert_eq!(relation_of(&auditor(), &own), Relation::Own);
    assert!(decide(&auditor(), &own, &draft(Outcome::Supported, &quotes, &[])).is_err());
    let admits = Draft { comment: "I was wrong", ..draft(Outcome::Refuted, &quotes, &[]) };
    assert_eq!(decide(&auditor(), &own, &admits).unwrap(), Relation::Own);
    let author = judge("tim");
    assert!(decide(&author, &claim(&[]), &draft(Outcome::Supported, &quotes, &[])).is_err());
    assert_eq!(relation_of(&auditor(), &claim(&[])), Relation::Independent);
}

#[test]
fn whoever_is_one_with_a_performer_or_a_sender_may_only_admit_a_fault_too() {
    let (quotes, unit) = (a_quote(), Unit::of("ann", [("ann", "relay")]));
    let (own, sent) = (BTreeSet::from(["ann".to_owned()]), BTreeSet::from(["relay".to_owned()]));
    let helped = [String::from("relay")];
    let by_agent = ClaimFacts { author: "relay", ..claim(&[]) };
    for alone in [by_agent, claim(&helped), ClaimFacts { senders: &sent, ..claim(&[]) }] {
        let facts = ClaimFacts { unit: &unit, ..alone };
        assert_eq!(relation_of(&auditor(), &facts), Relation::SameUnit, "{facts:?}");
        let refused = decide(&auditor(), &facts, &draft(Outcome::Supported, &quotes, &[]));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{facts:?}");
        let admits = Draft { comment: "it never ran", ..draft(Outcome::Refuted, &quotes, &[]) };
        assert_eq!(decide(&auditor(), &facts, &admits).unwrap(), Relation::SameUnit);
        assert_eq!(relation_of(&auditor(), &alone), Relation::Independent, "{alone:?}");
    }
    assert_eq!(relation_of(&auditor(), &ClaimFacts { senders: &own, ..claim(&[]) }), Relation::Own);
}

#[test]
fn accounts_of_one_unit_have_one_voice_and_a_judge_one_standing_verdict() {
    let quotes = a_quote();
    for outcome in [Outcome::Supported, Outcome::Refuted] {
        let given = Draft { comment: "it never ran", ..draft(outcome, &quotes, &[]) };
        let twin = ClaimFacts { judged_as: Some("ann at home"), ..claim(&[]) };
        assert!(matches!(decide(&auditor(), &twin, &given), Err(Error::Forbidden(_))), "{outcome:?}");
        assert!(matches!(may_give(&auditor(), &twin, outcome), Err(Error::Forbidden(_))));
        let again = ClaimFacts { has_judged: true, ..claim(&[]) };
        let Err(Error::Invalid(faults)) = decide(&auditor(), &again, &given) else { panic!("{outcome:?}") };
        assert!(faults.get("supersedes").is_some());
        assert!(may_give(&auditor(), &again, outcome).is_ok(), "in place of the earlier one");
    }
}

#[test]
fn agents_and_people_without_the_role_never_judge() {
    let quotes = a_quote();
    let supported = draft(Outcome::Supported, &quotes, &[]);
    for kind in [ActorKind::Agent, ActorKind::System] {
        let refused = decide(&of_kind(kind, Role::Auditor), &claim(&[]), &supported);
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
    let plain = decide(&of_kind(ActorKind::Human, Role::Supervisor), &claim(&[]), &supported);
    assert!(matches!(plain, Err(Error::Forbidden(_))));
}

#[test]
fn imported_ticks_unclaimed_criteria_and_withdrawn_claims_are_not_judged() {
    let quotes = a_quote();
    let supported = draft(Outcome::Supported, &quotes, &[]);
    let imported = ClaimFacts { unattested_import: true, ..claim(&[]) };
    let unclaimed = ClaimFacts { unclaimed: true, ..claim(&[]) };
    let withdrawn = ClaimFacts { withdrawn: true, ..claim(&[]) };
    assert!(matches!(decide(&auditor(), &imported, &supported), Err(Error::Refused(_))));
    assert!(matches!(decide(&auditor(), &unclaimed, &supported), Err(Error::Refused(_))));
    assert!(matches!(decide(&auditor(), &withdrawn, &supported), Err(Error::Refused(_))));
}

#[test]
fn only_an_own_standing_verdict_on_the_same_claim_is_superseded() {
    let quotes = a_quote();
    let own = Earlier { verifier: "ann", same_claim: true, superseded: false };
    let with = |earlier| Draft { supersedes: Some(earlier), ..draft(Outcome::Supported, &quotes, &[]) };
    assert!(decide(&auditor(), &claim(&[]), &with(own)).is_ok());
    assert!(decide(&auditor(), &claim(&[]), &with(Earlier { verifier: "bob", ..own })).is_err());
    assert!(decide(&auditor(), &claim(&[]), &with(Earlier { same_claim: false, ..own })).is_err());
    assert!(decide(&auditor(), &claim(&[]), &with(Earlier { superseded: true, ..own })).is_err());
}

#[test]
fn what_may_be_given_is_what_is_taken_once_it_is_filled_in() {
    let (tim, pat) = (["tim".to_owned()], ["pat".to_owned()]);
    let (quotes, all) = (a_quote(), [Outcome::Supported, Outcome::Refuted, Outcome::NotEnoughInformation]);
    for judge in [
        auditor(),
        judge("tim"),
        judge("pat"),
        of_kind(ActorKind::Agent, Role::Auditor),
        of_kind(ActorKind::Human, Role::Viewer),
    ] {
        for facts in [
            claim(&[]),
            claim(&tim),
            claim(&pat),
            ClaimFacts { withdrawn: true, ..claim(&[]) },
            ClaimFacts { unattested_import: true, ..claim(&[]) },
            ClaimFacts { unclaimed: true, ..claim(&[]) },
        ] {
            for outcome in all {
                let reason = (outcome == Outcome::NotEnoughInformation).then_some(MissingReason::BeyondJudge);
                let filled = Draft { reason, comment: "wrong", ..draft(outcome, &quotes, &[]) };
                let taken = decide(&judge, &facts, &filled).map(drop).map_err(|why| why.to_string());
                let may = may_give(&judge, &facts, outcome).map_err(|why| why.to_string());
                assert_eq!(may, taken, "{judge:?} {facts:?} {outcome:?}");
            }
        }
    }
}

#[test]
fn where_nothing_can_be_quoted_only_not_enough_information_may_be_given() {
    for (outcome, taken) in
        [(Outcome::Supported, false), (Outcome::Refuted, false), (Outcome::NotEnoughInformation, true)]
    {
        assert_eq!(may_give_on(&auditor(), &claim(&[]), outcome, false).is_ok(), taken, "{outcome:?}");
        assert!(may_give_on(&auditor(), &claim(&[]), outcome, true).is_ok(), "{outcome:?}");
    }
}
