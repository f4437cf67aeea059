//! Other people's tools recompute the score from `inputs.csv`: awk with the shipped script, and Python.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::judgement::{Outcome, Relation};

use super::csv::{RECOMPUTE_AWK, inputs, result};
use super::model::{Integrity, Kind, Selection, Subject};
use super::policy::Policy;
use super::worked::{VIEW, claim, of, order, verdict};

/// A second implementation, from the reference's text and exact integers, sharing nothing with ours.
const PYTHON: &str = r#"
import csv, sys, math
mu = int(sys.argv[1]); claims = {}
for row in csv.DictReader(sys.stdin):
    c = claims.setdefault(row["claim"], dict(k=int(row["k"]), add={}, best={}, seen=False))
    w = int(row["base"]) * int(row["relation_factor"]) * int(row["rho"]) // 10**6
    assert w == int(row["weight"]), row
    c["seen"] |= row["examines"] == "1"
    if row["counted"] != "1": continue
    side = row["outcome"]
    if row["kind"] == "statistical": c["best"][side] = max(w, c["best"].get(side, 0))
    else: c["add"][side] = c["add"].get(side, 0) + w
R = S = M = K = total = 0
for c in claims.values():
    r = c["add"].get("supported", 0) + c["best"].get("supported", 0)
    s = c["add"].get("refuted", 0) + c["best"].get("refuted", 0)
    m = max(1000, r + s)
    R += c["k"] * (r * 10**9 // m); S += c["k"] * (s * 10**9 // m)
    M += c["k"] * max(0, 1000 - r - s) * 10**6
    total += c["k"]; K += c["k"] if c["seen"] else 0
F = S + M * mu // 1000; z2 = 2.705543454095404; T = 0.0
if R:
    r = R / 1e9; f = F / 1e9; n = r + f; p = r / n
    T = (p + z2 / (2 * n) - math.sqrt(z2) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
W = 2 * 10**9
print(math.floor(10000 * max(T, 0.0)), 10000 * (R + W // 2) // (R + S + W), 10000 * (R + S) // (R + S + W),
      10000 * K // total if total else 0)
"#;

fn run(program: &str, args: &[&str], input: &str) -> Option<String> {
    let spawned = Command::new(program).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        println!("SKIPPED: {program} is not installed, the recomputation by it was NOT tested");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} refused the table");
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

fn subjects() -> impl Strategy<Value = Subject> {
    let kinds = prop_oneof![
        Just(Kind::Human),
        Just(Kind::Deterministic { check: "=numbers, \"names\"\n".to_owned() }),
        (0i32..900).prop_map(|j| Kind::Statistical { j, family: "nli".to_owned() }),
    ];
    let outcomes = prop::sample::select(vec![
        Outcome::Supported,
        Outcome::Supported,
        Outcome::Refuted,
        Outcome::NotEnoughInformation,
    ]);
    let relations = prop::sample::select(vec![Relation::Independent, Relation::SameUnit, Relation::Own]);
    let one = (kinds, outcomes, relations, 0u8..5);
    let claims = (prop::sample::select(vec![0u32, 1, 2, 4]), prop::collection::vec(one, 0..6));
    let all = prop::collection::vec(claims, 0..60);
    (all, any::<bool>(), prop::bool::weighted(0.2)).prop_map(|(claims, sample, broken)| {
        let claims = (0..).zip(claims).map(|(i, (k, verdicts)): (u32, _)| {
            let verdicts = (0u64..).zip(verdicts).map(|(n, (kind, outcome, relation, who))| {
                let mut v = verdict(&format!("v{n}"), n, &format!("p,{who}"), kind, outcome);
                v.relation = relation;
                v.rests_on = vec![format!("t{who}")];
                v
            });
            claim(&format!("c{i:02}"), k, verdicts.collect())
        });
        let selection = if sample { Selection::CommittedSample } else { Selection::Judgement };
        let state = if broken { Integrity::Failed } else { Integrity::Ok };
        let traces = BTreeMap::from([("t1".to_owned(), state)]);
        Subject { traces, selection, ..order(claims.collect()) }
    })
}

#[test]
fn awk_and_python_find_the_same_basis_points() {
    let mut runner = TestRunner::deterministic();
    let (mut by_awk, mut by_python) = (0, 0);
    for _ in 0..25 {
        let subject = subjects().new_tree(&mut runner).unwrap().current();
        let table = inputs(&subject, VIEW, &Policy::v1()).unwrap();
        let ours = of(&subject);
        let expected = format!("{} {} {} {}", ours.assured, ours.expected, ours.confidence, ours.coverage);
        let mu = ours.mu.to_string();
        if let Some(found) = run("awk", &["-v", &format!("mu={mu}"), RECOMPUTE_AWK], &table) {
            assert_eq!(found, expected, "awk:\n{table}");
            by_awk += 1;
        }
        if let Some(found) = run("python3", &["-c", PYTHON, &mu], &table) {
            assert_eq!(found, expected, "python:\n{table}");
            by_python += 1;
        }
    }
    println!("recomputed 25 subjects: awk {by_awk}, python3 {by_python}");
}

#[test]
fn awk_refuses_a_weight_that_is_not_its_factors() {
    let subject = order(vec![claim("c", 1, vec![verdict("v", 1, "ann", Kind::Human, Outcome::Supported)])]);
    let table = inputs(&subject, VIEW, &Policy::v1()).unwrap();
    assert!(table.contains(",1000,1000,1000,1000,1,1,counted,c,v,ann,human\n"), "{table}");
    let forged = table.replace("1000,1000,1000,1000", "1000,1000,1000,9000");
    let spawned = Command::new("awk").arg(RECOMPUTE_AWK).stdin(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = spawned else {
        println!("SKIPPED: awk is not installed");
        return;
    };
    child.stdin.take().unwrap().write_all(forged.as_bytes()).unwrap();
    assert!(!child.wait().unwrap().success());
}

#[test]
fn the_result_file_holds_numbers_and_parameters_without_floats() {
    let subject = order(vec![claim("c", 1, vec![verdict("v", 1, "ann", Kind::Human, Outcome::Supported)])]);
    let bytes = result(&subject, VIEW, &Policy::v1()).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["parameters"]["z_squared"], "2.705543454095404");
    assert_eq!(json["score"]["mass"]["supported"], "1.000000000");
    assert_eq!(json["score"]["assured"], 2698);
}
