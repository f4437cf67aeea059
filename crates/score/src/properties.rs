//! The properties the score promises, on random subjects.

use proptest::prelude::*;

use crate::judgement::{Materiality, Outcome, Relation};
use foundation::Timestamp;

use super::mass::tallies;
use super::model::{Integrity, Kind, Recorded, Selection, Subject, SubjectKind, Verdict, View};
use super::policy::Policy;
use super::score::{Score, assured, score, totals};
use super::worked::{claim, order, verdict};

const NOW: Timestamp = Timestamp(400 * 86_400_000_000);
const VIEW: View = View { tree_size: 10_000, as_of: NOW };
const DAY: i64 = 86_400_000_000;

fn of(subject: &Subject) -> Score {
    score(subject, VIEW, &Policy::v1()).unwrap()
}

/// T before rounding to basis points.
fn fine(subject: &Subject, view: View) -> f64 {
    let policy = Policy::v1();
    let tallies = tallies(subject, view, &policy);
    assured(subject, totals(subject, tallies.iter(), view, &policy), &policy)
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        3 => Just(Kind::Human),
        1 => prop::sample::select(vec!["quote", "numbers"]).prop_map(|c| Kind::Deterministic { check: c.to_owned() }),
        2 => (-100i32..900, prop::sample::select(vec!["overlap", "nli"]))
            .prop_map(|(j, f)| Kind::Statistical { j, family: f.to_owned() }),
    ]
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        Outcome::Supported,
        Outcome::Supported,
        Outcome::Refuted,
        Outcome::NotEnoughInformation,
    ])
}

fn relations() -> impl Strategy<Value = Relation> {
    prop::sample::select(vec![
        Relation::Independent,
        Relation::Independent,
        Relation::SameUnit,
        Relation::Own,
    ])
}

fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
    let one = (kinds(), outcomes(), relations(), 0u8..4, 0i64..400, prop::bool::weighted(0.2));
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let mut out: Vec<Verdict> = Vec::new();
        for (i, (kind, outcome, relation, who, day, again)) in (0u64..).zip(all) {
            let mut v = verdict(&format!("v{i}"), 10 + i, &format!("p{who}"), kind, outcome);
            v.relation = relation;
            v.recorded.at = Timestamp(day * DAY);
            v.supersedes = out.last().filter(|_| again).map(|earlier| earlier.id.clone());
            v.rests_on = vec![format!("t{}", who % 2)];
            out.push(v);
        }
        out
    })
}

fn subjects() -> impl Strategy<Value = Subject> {
    let one = (prop::sample::select(vec![0u32, 1, 1, 2, 4]), verdicts(), 0u8..3);
    let kinds = prop::sample::select(vec![SubjectKind::WorkOrder, SubjectKind::Step, SubjectKind::Agent]);
    (prop::collection::vec(one, 1..14), kinds, prop::bool::weighted(0.2)).prop_map(
        |(claims, kind, sample)| {
            let claims = (0..).zip(claims).map(|(i, (k, verdicts, wo)): (u32, _)| {
                let mut made = claim(&format!("c{i:02}"), k, verdicts);
                made.work_order = format!("WO-{wo}");
                made
            });
            let selection = if sample { Selection::CommittedSample } else { Selection::Judgement };
            Subject { kind, selection, ..order(claims.collect()) }
        },
    )
}

fn newcomer(outcome: Outcome) -> Verdict {
    let mut v = verdict("new", 500, "newcomer", Kind::Human, outcome);
    v.recorded.at = NOW;
    v
}

fn with(subject: &Subject, at: usize, verdict: Verdict) -> Subject {
    let mut more = subject.clone();
    let at = at % more.claims.len();
    more.claims[at].verdicts.push(verdict);
    more
}

proptest! {
    #[test]
    fn p01_bounded(subject in subjects()) {
        let s = of(&subject);
        prop_assert!(s.assured < 10_000 && s.expected < 10_000 && s.confidence < 10_000 && s.coverage <= 10_000);
        prop_assert!(s.assured <= s.expected || s.mu == 0, "T {} above E {}", s.assured, s.expected);
    }

    #[test]
    fn p02_independent_support_never_lowers(subject in subjects(), at in 0usize..20) {
        let more = with(&subject, at, newcomer(Outcome::Supported));
        prop_assert!(fine(&more, VIEW) >= fine(&subject, VIEW) - 1e-12);
        prop_assert!(of(&more).expected >= of(&subject).expected);
        prop_assert!(of(&more).coverage >= of(&subject).coverage);
    }

    #[test]
    fn p03_a_refutation_never_raises(subject in subjects(), at in 0usize..20, own in any::<bool>()) {
        let mut refuting = newcomer(Outcome::Refuted);
        refuting.relation = if own { Relation::Own } else { Relation::Independent };
        let more = with(&subject, at, refuting);
        let (before, after) = (fine(&subject, VIEW), fine(&more, VIEW));
        prop_assert!(after <= before + 1e-12);
        prop_assert!(of(&more).expected <= of(&subject).expected);
        let target = &subject.claims[at % subject.claims.len()];
        let policy = Policy::v1();
        let tallies = tallies(&subject, VIEW, &policy);
        let first = tallies.iter().any(|t| t.claim.id == target.id && t.refute == 0);
        if first && subject.selection == Selection::Judgement && before > 0.0 {
            prop_assert!(after < before, "the first refutation of a material claim lowers T");
        }
    }

    #[test]
    fn p04_no_evidence_is_zero_half_zero(subject in subjects()) {
        let mut bare = subject;
        for claim in &mut bare.claims {
            claim.verdicts.clear();
        }
        let s = of(&bare);
        prop_assert_eq!((s.assured, s.expected, s.confidence, s.coverage), (0, 5_000, 0, 0));
    }

    #[test]
    fn p05_order_of_entries_changes_no_byte(subject in subjects(), seed in any::<u64>()) {
        let mut shuffled = subject.clone();
        let turn = usize::try_from(seed % 13).unwrap();
        let claims = shuffled.claims.len();
        shuffled.claims.rotate_left(turn % claims);
        for claim in &mut shuffled.claims {
            claim.verdicts.reverse();
        }
        prop_assert_eq!(of(&subject).to_bytes().unwrap(), of(&shuffled).to_bytes().unwrap());
    }

    #[test]
    fn p06_saying_it_again_changes_nothing(subject in subjects(), at in 0usize..20, same_id in any::<bool>()) {
        let said = with(&subject, at, newcomer(Outcome::Supported));
        let mut again = newcomer(Outcome::Supported);
        if !same_id {
            again.id = "again".to_owned();
            again.recorded.leaf = Some(501);
        }
        prop_assert_eq!(of(&said), of(&with(&said, at, again)));
    }

    #[test]
    fn p07_dependent_judges_do_not_add_up(subject in subjects(), at in 0usize..20, a in 0i32..900, b in 0i32..900) {
        let judge = |id: &str, j| {
            let kind = Kind::Statistical { j, family: "nli".to_owned() };
            let leaf = if id == "j1" { 600 } else { 601 };
            let mut v = verdict(id, leaf, id, kind, Outcome::Supported);
            v.recorded.at = NOW;
            v
        };
        let both = with(&with(&subject, at, judge("j1", a)), at, judge("j2", b));
        let stronger = with(&subject, at, judge("j1", a.max(b)));
        prop_assert!(fine(&both, VIEW) <= fine(&stronger, VIEW) + 1e-12);
    }

    #[test]
    fn p08_waiting_never_raises_an_agent(subject in subjects(), days in 1i64..2_000) {
        // Where it is proven: orders below their cap, no support more than H days older than a refutation.
        let mut agent = Subject { kind: SubjectKind::Agent, ..subject };
        for (i, claim) in agent.claims.iter_mut().enumerate() {
            claim.work_order = format!("WO-{i}");
            for verdict in &mut claim.verdicts {
                verdict.recorded.at = Timestamp(NOW.0 - verdict.recorded.at.0 % (180 * DAY));
            }
        }
        let later = View { as_of: NOW.plus_micros(days * DAY), ..VIEW };
        prop_assert!(fine(&agent, later) <= fine(&agent, VIEW) + 1e-9);
    }

    #[test]
    fn p09_the_past_stays_as_it_was(subject in subjects(), at in 0usize..20, undo in any::<bool>()) {
        let before = of(&subject);
        let mut late = newcomer(Outcome::Refuted);
        late.kind = Kind::Adjudication { settles: (0..6).map(|i| format!("v{i}")).collect() };
        late.recorded = Recorded { leaf: Some(20_000), at: NOW.plus_micros(1) };
        let mut after = with(&subject, at, late);
        if undo {
            after.claims[0].withdrawn = Some(Recorded { leaf: Some(20_001), at: NOW.plus_micros(2) });
        }
        prop_assert_eq!(before.to_bytes().unwrap(), of(&after).to_bytes().unwrap());
    }

    #[test]
    fn p10_a_new_policy_leaves_old_scores_alone(subject in subjects()) {
        let before = of(&subject);
        let mut next = Policy::v1();
        next.version = 2;
        next.bases.human.value = 700;
        let under_next = score(&subject, VIEW, &next).unwrap();
        prop_assert_ne!(&under_next.policy, &before.policy);
        let kept = Policy::from_json(&Policy::v1().to_bytes().unwrap()).unwrap();
        prop_assert_eq!(score(&subject, VIEW, &kept).unwrap().to_bytes().unwrap(), before.to_bytes().unwrap());
    }

    #[test]
    fn p11_self_support_changes_no_number(subject in subjects(), at in 0usize..20, who in 0u8..4) {
        let mut own = newcomer(Outcome::Supported);
        own.relation = Relation::Own;
        own.verifier = format!("p{who}");
        own.supersedes = Some("v0".to_owned());
        let (before, after) = (of(&subject), of(&with(&subject, at, own)));
        prop_assert_eq!(before.mass, after.mass);
        prop_assert_eq!((before.assured, before.coverage), (after.assured, after.coverage));
        prop_assert_eq!(before.grade, after.grade);
    }

    #[test]
    fn p12_a_broken_trace_is_worth_nothing(subject in subjects()) {
        let mut trace = Subject { kind: SubjectKind::Trace, ..subject.clone() };
        trace.traces.insert("t0".to_owned(), Integrity::Failed);
        prop_assert_eq!(of(&trace).assured, 0);
        let mut parent = subject.clone();
        parent.traces.insert("t0".to_owned(), Integrity::Failed);
        prop_assert!(fine(&parent, VIEW) <= fine(&subject, VIEW) + 1e-12);
    }

    #[test]
    fn p13_splitting_a_claim_gains_nothing(subject in subjects()) {
        let mut split = subject.clone();
        split.claims.clear();
        for claim in &subject.claims {
            let half = Materiality::from_k(claim.materiality.k() / 2).filter(|half| half.k() > 0);
            if let Some(half) = half {
                for part in ["a", "b"] {
                    let mut piece = claim.clone();
                    piece.materiality = half;
                    piece.id.push_str(part);
                    split.claims.push(piece);
                }
            } else {
                split.claims.push(claim.clone());
            }
        }
        if !subject.kind.ages() {
            prop_assert_eq!(of(&subject).mass, of(&split).mass);
            prop_assert_eq!(of(&subject).assured, of(&split).assured);
        }
    }
}

/// The known limit of ageing as defined: praise at its cap or long faded outlives fresh blame.
#[test]
fn p08_does_not_hold_when_supports_are_much_older_than_refutations() {
    let said = |n: u32, outcome, day: i64| {
        let mut v = verdict("v", 1, "ann", Kind::Human, outcome);
        v.recorded.at = Timestamp(day * DAY);
        let mut made = claim(&format!("c{n:04}"), 1, vec![v]);
        made.work_order = format!("WO-{n}");
        made
    };
    let old = (0..1_000).map(|n| said(n, Outcome::Supported, 0));
    let fresh = (1_000..1_200).map(|n| said(n, Outcome::Refuted, 1_000));
    let agent = Subject { kind: SubjectKind::Agent, ..order(old.chain(fresh).collect()) };
    let on = |day: i64| fine(&agent, View { as_of: Timestamp(day * DAY), ..VIEW });
    assert!(on(1_365) > on(1_000), "if this fails, the limit in age.rs is gone: say so there");
}

#[test]
fn an_older_stronger_judge_does_not_age_the_evidence() {
    let judge = |id: &str, j, day: i64| {
        let mut v = verdict(id, 1, id, Kind::Statistical { j, family: "nli".to_owned() }, Outcome::Supported);
        v.recorded.at = Timestamp(day * DAY);
        v
    };
    let agent = |verdicts| Subject { kind: SubjectKind::Agent, ..order(vec![claim("c", 4, verdicts)]) };
    let weak = agent(vec![judge("weak", 300, 400)]);
    let both = agent(vec![judge("weak", 300, 400), judge("strong", 400, 0)]);
    assert!(fine(&both, VIEW) > fine(&weak, VIEW));
}
