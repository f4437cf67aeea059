//! How SQLite finds the rows of first pages: by an index, whatever is asked. A plan does not depend on how much is stored.

use std::sync::{Arc, Mutex};

use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use tracewright::audit::order_notes;
use tracewright::conversations::reads as sessions;
use tracewright::db::AnyConnection;
use tracewright::db::sql::Sql;
use tracewright::fields::{Condition, Entity, Test, TextTest};
use tracewright::figures::model::Figure;
use tracewright::figures::period::Period;
use tracewright::figures::reads::measured::measure;
use tracewright::figures::reads::{Narrowed, Question};
use tracewright::foundation::page::Cursor;
use tracewright::foundation::{ProjectKey, Result, Timestamp};
use tracewright::scores::reads::{self as scores, ScoreFilter};
use tracewright::traces::reads::listing::{From, ListFilter, page};
use tracewright::traces::reads::{self, Finding, Scan};
use tracewright::trust::reads::{Scope, report};
use tracewright::work_orders::by_asset::reads as by_asset;
use tracewright::work_orders::model::{Order, Priority, Status};
use tracewright::work_orders::reads::board::{count, lane};
use tracewright::work_orders::reads::calendar::{due_on, without_day};
use tracewright::work_orders::reads::sorted::{self, Place, Sort, count_up_to};
use tracewright::work_orders::reads::{
    DueDays, Filter, asked_for_by, history, made_from, made_from_versions, open_of,
};

use crate::guards::stage::{FILE, load, owner, take};
use crate::harness::{Backend, block_on};

const PROJECT: ProjectKey = ProjectKey(1);

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The plans of what is asked, each with its statement.
pub(crate) fn plans(
    conn: &mut AnyConnection,
    ask: impl FnOnce(&mut AnyConnection),
) -> Vec<(String, Vec<String>)> {
    let asked = asked(conn, ask);
    let selects =
        asked.iter().filter_map(|sql| sql.split(" -- binds").next()).filter(|sql| sql.starts_with("SELECT"));
    let AnyConnection::Sqlite(conn) = conn else { panic!("SQLite's plans") };
    selects
        .map(|sql| {
            let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).unwrap();
            (sql.to_owned(), steps.into_iter().map(|step| step.detail).collect())
        })
        .collect()
}

/// The statements of what is asked, each with its values.
fn asked(conn: &mut AnyConnection, ask: impl FnOnce(&mut AnyConnection)) -> Vec<String> {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&asked);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            heard.lock().unwrap().push(query.to_string());
        }
    });
    ask(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    std::mem::take(&mut *asked.lock().unwrap())
}

/// Refuses plans that go through a whole table, or sort what an index gives in order.
fn assert_indexed<T>(
    what: &str,
    conn: &mut AnyConnection,
    ask: impl FnOnce(&mut AnyConnection) -> Result<T>,
) {
    let plans = plans(conn, |conn| drop(ask(conn).unwrap()));
    assert!(!plans.is_empty(), "{what}: nothing was asked");
    for (sql, plan) in plans {
        let scans = plan.iter().any(|step| step.starts_with("SCAN ") && !step.contains("CONSTANT ROW"));
        assert!(!scans, "{what}: {plan:?}\n{sql}");
    }
}

#[test]
fn first_pages_are_found_by_an_index() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                let x = || "x".to_owned();
                let text = |test| Test::Text(test, x());
                let score = Condition {
                    key: x(),
                    ..Condition::named(Entity::Traces, "score_values", Test::Range(1.0, f64::MAX)).unwrap()
                };
                let filter = |condition| ListFilter { conditions: vec![condition], ..ListFilter::default() };
                let mut filters: Vec<(&str, ListFilter)> = [
                    ("userId", text(TextTest::Equals)),
                    ("sessionId", text(TextTest::Equals)),
                    ("hasErrors", Test::Is(true)),
                    ("name", text(TextTest::Mentions)),
                    ("models", text(TextTest::Mentions)),
                    ("tags", Test::AllOf(vec![x()])),
                    ("level", text(TextTest::Equals)),
                    ("environment", text(TextTest::Equals)),
                    ("release", text(TextTest::Equals)),
                    ("tenant", text(TextTest::Equals)),
                ]
                .into_iter()
                .map(|(name, test)| (name, filter(Condition::named(Entity::Traces, name, test).unwrap())))
                .collect();
                filters.push(("all", ListFilter::default()));
                filters.push(("score", filter(score)));
                let (from, to) = (Some(Timestamp(5)), Some(Timestamp(9)));
                filters.push(("time", ListFilter { from, to, ..ListFilter::default() }));
                let orders = [None, Entity::Traces.field("totalCost"), Entity::Traces.field("latency")];
                for (what, filter) in &filters {
                    for most_of in orders {
                        assert_indexed(what, conn, |conn| {
                            page(conn, PROJECT, filter, most_of, &From::Top, 50)
                        });
                    }
                    let below = From::Below(Cursor { at: Timestamp(7), id: "t".to_owned() });
                    assert_indexed(what, conn, |conn| page(conn, PROJECT, filter, None, &below, 50));
                }
                for (what, condition) in [
                    ("all", "1 = 1"),
                    ("name", "observations.name = 'x'"),
                    ("level", "observations.level = 'ERROR'"),
                    ("type", "observations.kind = 'TOOL'"),
                    ("model", "observations.model = 'x'"),
                    ("trace", "observations.trace_id = 'x'"),
                ] {
                    let clause = Sql::new("observations.project = ").whole(1).sql(" AND ").sql(condition);
                    let scan = Scan::new(Entity::Observations, PROJECT, clause);
                    for finding in [Finding::ByStart, Finding::ThenSort] {
                        assert_indexed(what, conn, |conn| {
                            reads::observations_after(conn, &scan, finding, None, 50)
                        });
                        assert_indexed(what, conn, |conn| {
                            reads::observation_page(conn, &scan, finding, 0, 50)
                        });
                    }
                }
                let scan = Scan::new(Entity::Traces, PROJECT, Sql::new("traces.project = ").whole(1));
                let order = "traces.start_at DESC, traces.trace_id DESC";
                assert_indexed("traces", conn, |conn| {
                    reads::trace_page(conn, &scan, Finding::ByStart, order, 0, 50)
                });
                assert_indexed("sessions", conn, |conn| sessions::sessions(conn, PROJECT, None, 50));
                assert_indexed("turns", conn, |conn| sessions::turns(conn, PROJECT, "x", None, 50));
                assert_indexed("scores", conn, |conn| {
                    scores::after(conn, PROJECT, &ScoreFilter::default(), None, 50)
                });
                assert_indexed("newest", conn, |conn| reads::newest(conn, PROJECT, 20));
                Ok(())
            })
            .await
            .unwrap();
    });
}

/// A figure of a quarter among a hundred thousand orders goes through the rows of that quarter, in an index that holds all it asks.
#[test]
fn figures_are_counted_from_an_index() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                let now = Timestamp(1_795_251_600_000_000);
                let period = Period::read(&std::collections::BTreeMap::new(), now).unwrap();
                let question = Question::about(PROJECT, &period, Narrowed::default());
                for figure in Figure::ALL {
                    assert_indexed(figure.as_str(), conn, |conn| {
                        measure(conn, figure, &question, &period.ends())
                    });
                    let plans =
                        plans(conn, |conn| drop(measure(conn, figure, &question, &period.ends()).unwrap()));
                    let of_orders = plans.iter().flat_map(|(_, plan)| plan);
                    let looks_up = of_orders.filter(|step| step.starts_with("SEARCH m "));
                    let looked_up: Vec<_> = looks_up.filter(|step| !step.contains("COVERING")).collect();
                    assert!(looked_up.is_empty(), "{figure:?}: {looked_up:?}");
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

/// A project may hold a hundred thousand orders: what the page of one of them and each tick on it read is looked up by the order.
#[test]
fn what_belongs_to_an_order_is_found_by_the_order() {
    block_on(Backend::Sqlite, async |t| {
        let boss = owner(&t).await;
        let id = take(&t, &boss, FILE).await;
        let (order, orders) = (load(&t, &boss, &id).await, t.services.orders.clone());
        let read = move |conn: &mut AnyConnection| {
            let project = boss.project;
            // Completed, it asks for everything that the guards know.
            let done = Order { status: Status::Completed, ..order.clone() };
            let plans = plans(conn, |conn| {
                history(conn, project, &order.id, None).unwrap();
                orders.facts(conn, project, &done, &boss.actor).unwrap();
                order_notes::part_notes(conn, project, &order, None).unwrap();
                order_notes::exceptions_at(conn, project, &order.id, None).unwrap();
                order_notes::statements(conn, project, &order.id, None).unwrap();
                report(conn, project, &order, &Scope::Order, None).unwrap();
            });
            assert!(plans.len() > 10, "{plans:#?}");
            let grows = ["claims", "exceptions", "verdicts", "links", "pins", "events"];
            for (sql, plan) in plans {
                for step in plan.iter().filter(|step| step.contains(" (project=?")) {
                    let table = step.split(' ').nth(1).unwrap_or_default();
                    let is_found = step.contains("order_id=?") || step.contains("stream_id=?");
                    assert!(is_found || !grows.contains(&table), "{step}: {plan:?}\n{sql}");
                }
            }
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}

#[test]
fn the_open_work_of_somebody_is_found_by_who_has_it() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                let mut plans =
                    plans(conn, |conn| drop(open_of(conn, PROJECT, &["x".to_owned()], 5).unwrap()));
                // The rows themselves are found by their ids.
                plans.retain(|(sql, _)| sql.contains("assignee_account` IN"));
                let is_found =
                    |plan: &[String]| plan.iter().any(|step| step.contains("orders_open_of_assignee"));
                assert!(plans.len() == 2 && plans.iter().all(|(_, plan)| is_found(plan)), "{plans:#?}");
                Ok(())
            })
            .await
            .unwrap();
        t.app
            .db
            .read(|conn| {
                let asked =
                    plans(conn, |conn| drop(asked_for_by(conn, PROJECT, "x", Timestamp(5), 8).unwrap()));
                let is_found = |plan: &[String]| plan.iter().any(|step| step.contains("orders_of_owner"));
                assert!(!asked.is_empty() && asked.iter().all(|(_, plan)| is_found(plan)), "{asked:#?}");
                Ok(())
            })
            .await
            .unwrap();
    });
}

/// Each order of the list, its first page and one far down, and each view: from an index, and nothing is sorted after it was found.
#[test]
fn the_list_of_orders_is_found_in_its_order() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                let x = || Some("x".to_owned());
                let all = Filter::default;
                let open: Vec<Status> =
                    Status::ALL.into_iter().filter(|it| !it.is_done() && !it.is_final()).collect();
                let views = [
                    ("all", all()),
                    ("mine", Filter { assignee: x(), statuses: open, ..all() }),
                    ("nobody's", Filter { unassigned: true, ..all() }),
                    ("late", Filter { overdue_at: Some(Timestamp(5)), ..all() }),
                    (
                        "late from before",
                        Filter {
                            overdue_at: Some(Timestamp(5)),
                            due_before: Some((Timestamp(4), Timestamp(3))),
                            ..all()
                        },
                    ),
                    ("on hold", Filter { status: Some(Status::OnHold), ..all() }),
                    ("of an asset", Filter { asset_tag: x(), ..all() }),
                    ("urgent", Filter { priority: Some(Priority::High), ..all() }),
                    ("own", Filter { own: x(), ..all() }),
                ];
                for sort in Sort::ALL {
                    for (name, filter) in &views {
                        // Where a view is put in an order that it has no index for, few rows are sorted.
                        let is_sorted = (sort != Sort::Due && *name != "all") || *name == "of an asset";
                        let parts = match sort {
                            Sort::Due => 3,
                            Sort::Priority => 15,
                            Sort::Changed | Sort::Number => 1,
                        };
                        for part in std::iter::once(None).chain((0..parts).map(Some)) {
                            let cursor = Cursor { at: Timestamp(7), id: "WO-2026-001".to_owned() };
                            let place = part
                                .map(|part| Place::decode(&format!("{part}.{}", cursor.encode())).unwrap());
                            let plans = plans(conn, |conn| {
                                sorted::page(conn, PROJECT, filter, sort, place.as_ref(), 50)
                                    .map(drop)
                                    .unwrap();
                            });
                            for (sql, plan) in plans {
                                let is_found = plan.iter().all(|step| {
                                    !step.starts_with("SCAN ") && (is_sorted || !step.contains("TEMP B-TREE"))
                                });
                                assert!(is_found, "{sort:?}, {name}: {plan:?}\n{sql}");
                            }
                        }
                    }
                }
                for (name, filter) in &views {
                    assert_indexed(name, conn, |conn| count_up_to(conn, PROJECT, filter, 100));
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

/// A name may have most of all scores: what is asked of a trace's scores is looked up by the trace.
#[test]
fn the_scores_of_a_trace_are_found_by_the_trace() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                for (name, test) in [
                    ("scores_avg", Test::Number(">", 0.5)),
                    ("score_values", Test::Range(0.5, 1.0)),
                    ("score_categories", Test::NoneOf(vec!["x".to_owned()])),
                    ("score_booleans", Test::Is(true)),
                ] {
                    let condition = Condition::named(Entity::Traces, name, test).unwrap();
                    let condition = Condition { key: "x".to_owned(), ..condition };
                    let filter = ListFilter { conditions: vec![condition], ..ListFilter::default() };
                    let plans = plans(conn, |conn| {
                        drop(page(conn, PROJECT, &filter, None, &From::Top, 50).unwrap());
                    });
                    let by_trace = |plan: &[String]| plan.iter().any(|step| step.contains("scores_of_trace"));
                    assert!(plans.iter().any(|(_, plan)| by_trace(plan)), "{name}: {plans:#?}");
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

#[test]
fn a_value_that_no_hour_has_is_not_looked_for_in_the_rows() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                for name in ["type", "model", "version", "environment", "level", "name"] {
                    let test = Test::Text(TextTest::Equals, "x".to_owned());
                    let condition = Condition::named(Entity::Observations, name, test).unwrap();
                    let clause = Sql::new("observations.project = ").whole(1);
                    let (scan, _) = Scan::new(Entity::Observations, PROJECT, clause).narrow(vec![condition]);
                    let asked = asked(conn, |conn| {
                        drop(reads::observation_page(conn, &scan, Finding::ByStart, 0, 50).unwrap());
                    });
                    let of_rows: Vec<_> =
                        asked.iter().filter(|sql| sql.contains("FROM `observations`")).collect();
                    assert_eq!(of_rows.len(), 2, "before 1970, and without a start: {asked:#?}");
                    assert!(of_rows[0].contains(&format!("{}, 0, ", i64::MIN)), "{name}: {}", of_rows[0]);
                    assert!(of_rows[1].contains("observations.start_at IS NULL"), "{name}: {}", of_rows[1]);
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

#[test]
fn lanes_and_due_days_are_found_by_indexes_of_their_own() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                let all = Filter::default();
                let own = Filter { own: Some("x".to_owned()), ..Filter::default() };
                let theirs = Filter { assignee: Some("x".to_owned()), ..Filter::default() };
                let (now, state) = (Timestamp(5), Status::Submitted);
                let assert_found = |what: &str, plans: Vec<(String, Vec<String>)>, by: &[&str]| {
                    assert!(!plans.is_empty(), "{what}");
                    for (sql, plan) in plans {
                        let is_found = by.iter().all(|index| plan.iter().any(|step| step.contains(index)));
                        assert!(is_found, "{what} by {by:?}: {plan:?}\n{sql}");
                        let scans = plan.iter().any(|step| step.starts_with("SCAN "));
                        assert!(!scans, "{what}: {plan:?}\n{sql}");
                    }
                };
                let shown =
                    plans(conn, |conn| drop(lane(conn, PROJECT, &all, Status::Verified, 30).unwrap()));
                assert!(!shown[0].1.iter().any(|step| step.contains("TEMP B-TREE")), "{shown:?}");
                assert_found("a lane", shown, &["orders_on_board"]);
                let own_lane = plans(conn, |conn| drop(lane(conn, PROJECT, &own, state, 30).unwrap()));
                assert_found(
                    "one's own lane",
                    own_lane,
                    &["orders_open_of_assignee", "orders_of_owner_by_status"],
                );
                let their_lane = plans(conn, |conn| drop(lane(conn, PROJECT, &theirs, state, 30).unwrap()));
                assert_found("somebody's lane", their_lane, &["orders_open_of_assignee"]);
                let counted = plans(conn, |conn| assert!(count(conn, PROJECT, &all, state, now).is_ok()));
                assert_found("a count", counted, &["COVERING INDEX"]);
                let days =
                    DueDays { days: (Timestamp(5), Timestamp(9)), moments: (Timestamp(4), Timestamp(8)) };
                let due = plans(conn, |conn| drop(due_on(conn, PROJECT, &all, days, 100).unwrap()));
                assert_found("due days", due, &["COVERING INDEX orders_by_due"]);
                let none = plans(conn, |conn| assert!(without_day(conn, PROJECT, &all).is_ok()));
                assert_found("how many have no day", none, &["COVERING INDEX orders_without_day"]);
                Ok(())
            })
            .await
            .unwrap();
    });
}

/// Among a hundred thousand orders, those of an asset are found by its code: the page of the asset and the counts of the tree.
#[test]
fn the_orders_of_an_asset_are_found_by_its_code() {
    block_on(Backend::Sqlite, async |t| {
        t.app
            .db
            .read(|conn| {
                let keys = ["x".to_owned(), "y".to_owned()];
                for own in [None, Some("a")] {
                    let mut plans = plans(conn, |conn| {
                        by_asset::list(conn, PROJECT, &keys, own, by_asset::Which::Open, 5).unwrap();
                        by_asset::list(conn, PROJECT, &keys, own, by_asset::Which::Ended, 5).unwrap();
                        by_asset::counts(conn, PROJECT, own, Timestamp(7)).unwrap();
                        by_asset::tags(conn, PROJECT).unwrap();
                        by_asset::written(conn, PROJECT, "x").unwrap();
                    });
                    // The rows themselves are found by their ids.
                    plans.retain(|(sql, _)| {
                        let asks = ["asset_key` IN", "asset_key` = ", "asset_key > ''"];
                        asks.iter().any(|part| sql.contains(part))
                    });
                    let is_found = |plan: &[String]| plan.iter().any(|step| step.contains("orders_of_asset"));
                    assert!(plans.len() == 7 && plans.iter().all(|(_, plan)| is_found(plan)), "{plans:#?}");
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

#[test]
fn the_orders_of_a_procedure_are_found_by_it() {
    block_on(Backend::Sqlite, async |t| {
        let read = |conn: &mut AnyConnection| {
            let found = plans(conn, |conn| {
                made_from(conn, PROJECT, "x", None, 5).unwrap();
                made_from_versions(conn, PROJECT, "x", None).unwrap();
            });
            let is_found = |plan: &[String]| {
                plan.iter().any(|step| {
                    ["orders_of_procedure", "orders_by_version"].iter().any(|it| step.contains(it))
                })
            };
            assert!(found.len() == 2 && found.iter().all(|(_, plan)| is_found(plan)), "{found:#?}");
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}
