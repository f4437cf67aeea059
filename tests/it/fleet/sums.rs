//! Sums of calls against the rows.

use tracewright::db::AnyConnection;
use tracewright::fleet::costs::{costs, lines, period};
use tracewright::fleet::model::{Dimension, Named, Question, Sums, total};
use tracewright::fleet::reads::{MOST_TIMED, Reader, Spread};
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::people::model::{ProjectId, ProjectName};

use super::{CALLS, Sent, of_rows, send, sum_up};
use crate::guards::stage::owner;
use crate::harness::{TestApp, on_both};

/// How the same calls are told apart.
const WAYS: [&[Dimension]; 7] = [
    &[Dimension::Agent],
    &[Dimension::Persona],
    &[Dimension::Tenant],
    &[Dimension::Workflow],
    &[Dimension::Model],
    &[Dimension::Day],
    &[Dimension::Agent, Dimension::Tenant],
];

async fn by(t: &TestApp, question: &Question, by: &'static [Dimension]) -> Vec<(Vec<Option<String>>, Sums)> {
    let asked = question.clone();
    let read = move |conn: &mut AnyConnection| lines(conn, &asked, by);
    let names = |key: &tracewright::fleet::model::Key| {
        by.iter().map(|it| key.name(*it).map(str::to_owned)).collect::<Vec<_>>()
    };
    let groups = t.app.db.read(read).await.unwrap();
    groups.into_iter().map(|group| (names(&group.key), group.sums)).collect()
}

fn asked(t: &TestApp, project: ProjectKey) -> Question {
    let (from, to) = period(1, t.app.now());
    Question::of(project, from, to)
}

/// What the rows come to.
async fn whole(t: &TestApp, project: ProjectKey) -> Sums {
    let calls = "kind = 'GENERATION' AND counted";
    let failed = "kind = 'GENERATION' AND counted AND level = 'ERROR'";
    let unpriced = "kind = 'GENERATION' AND counted AND cost_nanos IS NULL";
    let in_session = "kind = 'GENERATION' AND counted AND EXISTS (SELECT 1 FROM traces WHERE traces.project = observations.project \
         AND traces.trace_id = observations.trace_id AND traces.session_id IS NOT NULL)";
    Sums {
        calls: of_rows(t, project, "COUNT(*)", calls).await,
        errors: of_rows(t, project, "COUNT(*)", failed).await,
        input: of_rows(t, project, "SUM(uncached_input + cached_read + cache_write)", "counted").await,
        output: of_rows(t, project, "SUM(output_tokens + reasoning)", "counted").await,
        tokened: of_rows(t, project, "COUNT(usage_convention)", "counted").await,
        cost_nanos: of_rows(t, project, "SUM(cost_nanos)", "counted").await,
        unpriced: of_rows(t, project, "COUNT(*)", unpriced).await,
        in_session: of_rows(t, project, "COUNT(*)", in_session).await,
    }
}

pub async fn other_project(t: &TestApp) -> ProjectKey {
    let (id, name) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
    t.people.create_project(&Asker::operator(ProjectKey(0)), id, name).await.unwrap().key
}

on_both! {
    async fn sums_are_those_of_the_rows_before_and_after_hours_are_summed(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        send(&t, other_project(&t).await, &CALLS[..3]).await;
        let expected = whole(&t, project).await;
        assert_eq!((expected.calls, expected.errors, expected.unpriced, expected.in_session), (7, 1, 2, 1));
        assert_eq!(expected.cost_nanos, 1_862_345_679);
        let question = asked(&t, project);
        let mut told = Vec::new();
        for is_summed in [false, true] {
            if is_summed {
                sum_up(&t).await;
            }
            let mut groups = Vec::new();
            for dimensions in WAYS {
                let question = question.clone();
                let read = move |conn: &mut AnyConnection| {
                    let reader = Reader::of(conn, &question)?;
                    Ok((reader.total(), reader.by(dimensions)))
                };
                let (all, of) = t.app.db.read(read).await.unwrap();
                assert_eq!((all, total(&of)), (expected, expected), "{dimensions:?}, summed: {is_summed}");
                groups.push(of);
            }
            told.push(groups);
        }
        assert_eq!(told[0], told[1]);
    }

    async fn each_group_is_that_of_its_rows(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        sum_up(&t).await;
        let question = asked(&t, project);
        let calls = |rows: Vec<(Vec<Option<String>>, Sums)>| -> Vec<(String, i64, i64)> {
            let name = |name: &[Option<String>]| {
                name.iter().map(|it| it.as_deref().unwrap_or("-")).collect::<Vec<_>>().join("/")
            };
            rows.into_iter().map(|(names, sums)| (name(&names), sums.calls, sums.cost_nanos)).collect()
        };
        let owned = |rows: &[(&str, i64, i64)]| -> Vec<(String, i64, i64)> {
            rows.iter().map(|(name, calls, cost)| ((*name).to_owned(), *calls, *cost)).collect()
        };
        let found = calls(by(&t, &question, &[Dimension::Agent, Dimension::Tenant]).await);
        let rows = [
            ("-/-", 1, 0),
            ("-/north", 1, 1_500_000_000),
            ("clerk/north", 1, 0),
            ("desk/north", 3, 112_345_679),
            ("desk/south", 1, 250_000_000),
        ];
        assert_eq!(found, owned(&rows));
        let nobody = Question { agent: Named::Nobody, ..question.clone() };
        assert_eq!(calls(by(&t, &nobody, &[Dimension::Tenant]).await), owned(&[("-", 1, 0), ("north", 1, 1_500_000_000)]));
        let clerk = Question { agent: Named::Is("clerk".to_owned()), ..question.clone() };
        let one = by(&t, &clerk, &[Dimension::Agent]).await;
        assert_eq!((one.len(), one[0].1.cost(), one[0].1.tokens()), (1, None, Some(15)));
        let asking = question.clone();
        let spent = t.app.db.read(move |conn| costs(conn, &asking, Dimension::Agent)).await.unwrap();
        assert_eq!(spent.by.keys().map(String::as_str).collect::<Vec<_>>(), ["(none)", "clerk", "desk"]);
        assert_eq!(spent.by.values().map(|sums| sums.cost_nanos).sum::<i64>(), spent.total.cost_nanos);
        let earlier = question.before();
        assert!(by(&t, &earlier, &[Dimension::Agent]).await.is_empty());
    }

    async fn durations_and_sessions_come_from_the_rows_that_count(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let question = asked(&t, project);
        let read = move |conn: &mut AnyConnection| {
            let mut reader = Reader::of(conn, &question)?;
            let (all, agents) = (reader.spreads(None)?, reader.spreads(Some(Dimension::Agent))?);
            Ok((all, agents, reader.by(&[Dimension::Agent])))
        };
        let (all, agents, sessions) = t.app.db.read(read).await.unwrap();
        let of = |name: Option<&str>, p50: i64, p95: i64| Spread {
            name: name.map(str::to_owned),
            p50: p50 * 1_000_000,
            p95: p95 * 1_000_000,
            is_about: false,
        };
        assert_eq!(all, [of(None, 4, 7)]);
        assert_eq!(agents, [of(None, 4, 6), of(Some("clerk"), 3, 3), of(Some("desk"), 2, 7)]);
        let sessions: Vec<(Option<&str>, i64)> =
            sessions.iter().map(|one| (one.key.agent.as_deref(), one.sums.in_session)).collect();
        assert_eq!(sessions, [(None, 0), (Some("clerk"), 0), (Some("desk"), 1)]);
    }

    async fn of_many_calls_the_buckets_tell_how_long_they_took(t: TestApp) {
        let project = owner(&t).await.project;
        let many: Vec<Sent> = (1..).take(usize::try_from(MOST_TIMED).unwrap() + 1).map(|id| {
            Sent { id, took: 1 + i64::try_from(id % 40).unwrap(), below: 0, ..CALLS[0] }
        }).collect();
        for part in many.chunks(500) {
            send(&t, project, part).await;
        }
        let question = asked(&t, project);
        let read = move |conn: &mut AnyConnection| Reader::of(conn, &question)?.spreads(None);
        let told = t.app.db.read(read).await.unwrap();
        assert!(told.len() == 1 && told[0].is_about, "{told:?}");
        // Of 1 to 40 seconds alike: 20 and 38.
        assert!((19_000_000..=21_500_000).contains(&told[0].p50), "{told:?}");
        assert!((36_000_000..=40_000_000).contains(&told[0].p95), "{told:?}");
    }
}
