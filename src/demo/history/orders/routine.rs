//! What comes again: fans, filters, batteries and the nightly index, closed without an auditor.

use crate::demo::cast::Who::{Dana, Ivo, Lena, Noah, Relay, Sam};
use crate::demo::days::at;
use crate::demo::history::acts::Act::{
    Answer, Approve, Close, Complete, Judge, Log, Make, Part, ReadSafety, Skip, Submit, Tick, Time, Verify,
    Write,
};
use crate::demo::history::acts::{Finds, Tale};
use crate::demo::history::paper::{PLAIN, Paper};
use crate::work_orders::model::Outcome;

#[rustfmt::skip]
pub(super) const TALES: &[Tale] = &[
    Tale {
        key: "index-1",
        acts: &[
            (at(54, 8, 0), Make(Lena, "PR-003", 1)),
            (at(54, 8, 5), Submit(Lena)),
            (at(54, 8, 10), Approve(Lena, Ivo)),
            (at(54, 13, 0), Answer(Ivo, "1.1", "24110", "")),
            (at(54, 13, 5), Answer(Ivo, "1.2", "24113", "")),
            (at(54, 13, 10), Tick(Ivo, &["1.3", "2.1", "C1"])),
            (at(54, 13, 30), Time(Ivo, 25, "")),
            (at(54, 13, 40), Complete(Ivo, Outcome::Achieved, "Three rows apart.")),
            (at(53, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "index-2",
        acts: &[
            (at(34, 8, 0), Make(Lena, "PR-003", 1)),
            (at(34, 8, 5), Submit(Lena)),
            (at(34, 8, 10), Approve(Lena, Ivo)),
            (at(33, 13, 0), Answer(Ivo, "1.1", "24183", "")),
            (at(33, 13, 5), Answer(Ivo, "1.2", "24190", "")),
            (at(33, 13, 10), Tick(Ivo, &["1.3", "2.1", "C1"])),
            (at(33, 13, 30), Time(Ivo, 20, "")),
            (at(33, 13, 40), Complete(Ivo, Outcome::Achieved, "Seven rows apart.")),
            (at(32, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "index-3",
        acts: &[
            (at(13, 8, 0), Make(Lena, "PR-003", 2)),
            (at(13, 8, 5), Submit(Lena)),
            (at(13, 8, 10), Approve(Lena, Ivo)),
            (at(13, 13, 0), Answer(Ivo, "1.1", "24215", "")),
            (at(13, 13, 5), Answer(Ivo, "1.2", "24216", "")),
            (at(13, 13, 10), Tick(Ivo, &["1.3", "2.1", "2.2", "C1"])),
            (at(13, 13, 30), Time(Ivo, 30, "With the new question")),
            (at(13, 13, 40), Complete(Ivo, Outcome::Achieved, "One row apart, and the part that was taken off is gone.")),
            (at(12, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "rows-lost",
        acts: &[
            (at(21, 7, 40), Write(Relay, &Paper {
                title: "The index lost six thousand rows over night",
                kind: "Corrective",
                priority: "EMERGENCY",
                asset: "parts-idx-01",
                due: -20,
                why: "The meter shows 18 402 rows; yesterday it showed more than 24 000.",
                steps: &[("Bring them back", &["The rows that are missing are named", "The index holds them again"])],
                criteria: &["The index holds as many rows as the catalogue"],
                ..PLAIN
            })),
            (at(21, 7, 50), Submit(Sam)),
            (at(21, 7, 55), Approve(Sam, Dana)),
            (at(21, 8, 30), Tick(Dana, &["1.1"])),
            (at(21, 8, 40), Log(Dana, "Why it happened", &["The delivery note of the belt maker had a tab in a name", "The indexer stopped there and said nothing"])),
            (at(20, 7, 40), Tick(Dana, &["1.2", "C1"])),
            (at(20, 7, 50), Time(Dana, 340, "Until late")),
            (at(20, 8, 0), Complete(Dana, Outcome::Achieved, "24 207 rows, and the indexer says when it stops.")),
            (at(19, 13, 0), Judge(Noah, &[
                ("1.1", Finds::Right("rows-missing", "Rows 18403 to 24207 are missing since 02:14.")),
                ("1.2", Finds::Right("rows-back", "The index holds 24207 rows since 06:50.")),
                ("C1", Finds::Right("rows-back", "The index holds 24207 rows since 06:50.")),
            ])),
            (at(19, 13, 30), Verify(Noah)),
            (at(19, 15, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "fans-1",
        acts: &[
            (at(48, 8, 0), Write(Ivo, &Paper {
                title: "Clean the fans and filters of rack 1",
                kind: "Preventive",
                priority: "LOW",
                asset: "parts-room",
                due: -46,
                why: "Every quarter, before the room is warm.",
                steps: &[("Clean", &["Filters are washed and dry", "Every fan turns freely"])],
                criteria: &["The room is below 25 degrees"],
                safety: &["No fingers between blades: pull the plug first"],
                ..PLAIN
            })),
            (at(48, 8, 5), Submit(Ivo)),
            (at(48, 9, 0), Approve(Sam, Ivo)),
            (at(46, 8, 0), ReadSafety(Ivo)),
            (at(46, 8, 10), Tick(Ivo, &["1.1", "1.2", "C1"])),
            (at(46, 9, 0), Part(Ivo, "Filter mat", "0.5", "m", 1180, "Store")),
            (at(46, 9, 10), Time(Ivo, 60, "")),
            (at(46, 9, 20), Complete(Ivo, Outcome::Achieved, "23 degrees.")),
            (at(45, 8, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "battery",
        acts: &[
            (at(52, 8, 0), Write(Dana, &Paper {
                title: "Replace the battery of the hand scanner",
                kind: "Preventive",
                priority: "LOW",
                asset: "store-scan-1",
                due: -50,
                why: "It lasts until noon only.",
                steps: &[("Replace it", &["The new battery lasts a shift"])],
                criteria: &["Nobody fetches the charger"],
                ..PLAIN
            })),
            (at(52, 8, 5), Submit(Dana)),
            (at(52, 9, 0), Approve(Lena, Dana)),
            (at(51, 15, 0), Part(Dana, "Battery 3.7 V, 2600 mAh", "1", "pcs", 1890, "Shelf A1")),
            (at(51, 15, 10), Tick(Dana, &["1.1", "C1"])),
            (at(51, 15, 20), Time(Dana, 20, "")),
            (at(51, 15, 30), Complete(Dana, Outcome::Achieved, "Lasts ten hours.")),
            (at(50, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "fans-2",
        acts: &[
            (at(3, 8, 0), Write(Ivo, &Paper {
                title: "Clean the fans of rack 2",
                kind: "Preventive",
                priority: "LOW",
                asset: "parts-room",
                due: 2,
                why: "Every quarter, as rack 1.",
                steps: &[("Clean", &["Filters are washed and dry", "Every fan turns freely"])],
                criteria: &["The room is below 25 degrees"],
                ..PLAIN
            })),
            (at(3, 8, 5), Submit(Ivo)),
            (at(2, 9, 0), Approve(Sam, Ivo)),
        ],
    },
    Tale {
        key: "clean-read",
        acts: &[
            (at(17, 8, 0), Write(Dana, &Paper {
                title: "Wipe the window of the hand scanner and read ten labels",
                kind: "Preventive",
                priority: "LOW",
                asset: "store-scan-1",
                due: -16,
                why: "Dust makes it read twice.",
                steps: &[("Wipe and read", &["Ten labels are read at once", "The strap is whole"])],
                criteria: &["None was read twice"],
                ..PLAIN
            })),
            (at(17, 8, 5), Submit(Dana)),
            (at(16, 9, 0), Approve(Lena, Dana)),
            (at(15, 15, 10), Tick(Dana, &["1.1"])),
            (at(15, 15, 15), Skip(Dana, "1.2", "It has had no strap since spring")),
            (at(15, 15, 20), Complete(Dana, Outcome::Partial, "One label was read twice; it is printed too light.")),
            (at(14, 8, 0), Close(Lena)),
        ],
    },
];
