//! Days in the orders that people write them.

use super::*;

fn due(days: &[&str]) -> Vec<Option<String>> {
    let rows: Vec<String> = days.iter().map(|day| format!("1;a;Low;Open;{day}\n")).collect();
    let made = orders(&format!("ID;Title;Priority;Status;Due date\n{}", rows.concat()));
    made.into_iter().map(|it| it.order.due.map(|due| due.raw)).collect()
}

#[test]
fn one_day_after_the_twelfth_decides_the_order_of_the_whole_column() {
    let some = |day: &str| Some(day.to_owned());
    assert_eq!(due(&["08/09/2025", "13/08/2025"]), [some("2025-09-08"), some("2025-08-13")]);
    assert_eq!(due(&["08/09/2025", "8/13/2025"]), [some("2025-08-09"), some("2025-08-13")]);
    assert_eq!(due(&["1/2/23", "11/14/22"]), [some("2023-01-02"), some("2022-11-14")]);
    assert_eq!(
        due(&["05-06-2025 05:00", "31-01-2025 17:30:10"]),
        [some("2025-06-05 05:00"), some("2025-01-31 17:30:10")]
    );
    assert_eq!(
        due(&["1/2/2025 5:00 PM", "1/13/2025 12:05 am"]),
        [some("2025-01-02 17:00"), some("2025-01-13 00:05")]
    );
}

#[test]
fn days_whose_order_is_plain_need_no_other_row() {
    for (written, day) in [
        ("08/08/2025", "2025-08-08"),
        ("8.9.2025", "2025-09-08"),
        ("08.09.25", "2025-09-08"),
        ("2025/9/8", "2025-09-08"),
        ("2025-9-8", "2025-09-08"),
        ("2025.09.08", "2025-09-08"),
        ("2025年9月8日", "2025-09-08"),
        ("20250908", "2025-09-08"),
        ("8 Sep 2025", "2025-09-08"),
        ("September 8, 2025", "2025-09-08"),
        ("08-SEP-25", "2025-09-08"),
        ("2025-09-08", "2025-09-08"),
    ] {
        assert_eq!(due(&[written]), [Some(day.to_owned())], "{written}");
    }
}

#[test]
fn another_column_of_days_decides_where_the_own_one_does_not() {
    let text = "ID;Title;Priority;Due date;Completed on\n1;a;Low;08/09/2025;23/09/2025 05:00\n";
    assert_eq!(orders(text)[0].order.due.as_ref().map(|it| it.raw.as_str()), Some("2025-09-08"));
}

#[test]
fn sizes_that_look_like_days_decide_nothing() {
    let text = "ID;Title;Priority;Due date;Size\n1;a;Low;08/09/2025;3/14/15\n2;b;Low;08/09/2025;large\n";
    assert!(orders(text).iter().all(|it| it.order.due.is_none()));
}

#[test]
fn what_nothing_decides_stays_the_files_word_and_says_so() {
    let text = "ID;Title;Priority;Due date\n1;a;Low;08/09/2025\n";
    let made = orders(text).remove(0);
    assert!(made.order.due.is_none());
    assert!(made.order.fields.iter().any(|it| it.name == "Due" && it.value == "08/09/2025"));
    assert!(made.not_taken[0].1.contains("day or the month first"), "{:?}", made.not_taken);
    assert_eq!(
        due(&["13/08/2025", "08/13/2025", "08/09/2025"]),
        [Some("2025-08-13".into()), Some("2025-08-13".into()), None]
    );
    for never in ["31/02/2025", "13/13/2025", "1/2", "someday", "1/2/3/4", "10.5", "99999999", "05-06-20"] {
        assert_eq!(due(&[never]), [None], "{never}");
    }
}

#[test]
fn the_day_an_order_was_made_is_read_like_the_day_it_is_due() {
    let made = orders("ID;Title;Status;Priority;Created at\n1;a;;;23/09/2025\n").remove(0);
    assert_eq!(made.order.created.raw, "2025-09-23");
    let made = orders("ID;Title;Status;Priority;Created at\n1;a;;;03/09/2025\n").remove(0);
    assert_eq!((made.order.created.raw.as_str(), made.order.created.from), ("03/09/2025", None));
}

proptest! {
    #[test]
    fn any_cells_are_read_as_days_or_kept(cells in proptest::collection::vec("[0-9/.: TPMae,年月日-]{0,14}", 1..6)) {
        let rows: Vec<String> = cells.iter().map(|cell| format!("1;a;Low;\"{cell}\"\n")).collect();
        let made = orders(&format!("ID;Title;Priority;Due date\n{}", rows.concat()));
        for Made { order, not_taken, .. } in made {
            prop_assert!(order.due.is_none_or(|due| due.from.is_some()));
            prop_assert!(not_taken.len() <= 1);
        }
    }
}
