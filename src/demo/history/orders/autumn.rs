//! The weeks in the middle: units, labels, a restore, a limit, and what was given up.

use crate::audit::model::MissingReason;
use crate::demo::cast::Who::{Dana, Ivo, Lena, Mei, Noah, Relay, Sam, Tom};
use crate::demo::days::at;
use crate::demo::history::acts::Act::{
    Approve, Cancel, Close, Complete, File, Hold, Judge, Part, Return, Say, Submit, Tick, Time, Undo, Verify,
    Write,
};
use crate::demo::history::acts::{Finds, Tale};
use crate::demo::history::paper::{PLAIN, Paper};
use crate::work_orders::model::{HoldCode, Outcome};

#[rustfmt::skip]
pub(super) const TALES: &[Tale] = &[
    Tale {
        key: "gallons",
        acts: &[
            (at(43, 9, 0), Write(Tom, &Paper {
                title: "The assistant says litres where the catalogue says gallons",
                priority: "HIGH",
                asset: "parts-desk-01",
                due: -38,
                why: "It told me 4 litres of hydraulic oil for a press that takes 4 gallons.",
                steps: &[("Look at it and mend it", &["The answer that was wrong is found", "Units are answered as the catalogue has them"])],
                criteria: &["No answer changes a unit"],
                ..PLAIN
            })),
            (at(43, 9, 2), Submit(Tom)),
            (at(43, 10, 0), Say(Sam, "Thank you, Tom. {ivo} looks at it today.")),
            (at(43, 10, 10), Approve(Sam, Ivo)),
            (at(42, 13, 0), Tick(Ivo, &["1.1"])),
            (at(41, 13, 0), Tick(Ivo, &["1.2", "C1"])),
            (at(41, 13, 10), Time(Ivo, 120, "")),
            (at(41, 13, 20), Complete(Ivo, Outcome::Achieved, "The prompt forbids it, and the tool gives the unit with the number.")),
            (at(40, 10, 0), Judge(Mei, &[
                ("1.1", Finds::Right("gallons-wrong", "The press takes 4 litres of HLP 46.")),
                ("1.2", Finds::Right("gallons-right", "Row 7714 says 4 US gallons of HLP 46 for press 3.")),
                ("C1", Finds::Right("gallons-right", "Row 7714 says 4 US gallons of HLP 46 for press 3.")),
            ])),
            (at(40, 10, 20), Verify(Mei)),
            (at(40, 14, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "labels",
        acts: &[
            (at(40, 8, 0), Write(Lena, &Paper {
                title: "Give shelves B1 to B6 codes that the scanner reads",
                kind: "Modification",
                priority: "LOW",
                asset: "store-scan-1",
                due: -31,
                why: "People type the shelf, and B8 is read as BB.",
                steps: &[("Print and stick them", &["Six labels are printed", "The scanner reads each from half a metre"])],
                criteria: &["Nobody types a shelf any more"],
                ..PLAIN
            })),
            (at(40, 8, 5), Submit(Lena)),
            (at(39, 9, 0), Approve(Sam, Ivo)),
            (at(36, 9, 0), Part(Ivo, "Labels, 50 x 80 mm", "6", "pcs", 35, "Office")),
            (at(36, 10, 0), Tick(Ivo, &["1.1", "1.2"])),
            (at(34, 8, 0), Tick(Ivo, &["C1"])),
            (at(34, 8, 10), Complete(Ivo, Outcome::Achieved, "All six are read; B6 hangs a little low.")),
            (at(33, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("labels-read", "Codes B1 to B6 were read 6 times in 6 tries.")),
                ("1.2", Finds::Right("labels-read", "Codes B1 to B6 were read 6 times in 6 tries.")),
                ("C1", Finds::Unclear(MissingReason::EvidenceIncomplete, "One day says little about nobody; I look again in a month.")),
            ])),
            (at(33, 9, 10), Verify(Noah)),
            (at(32, 8, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "restore",
        acts: &[
            (at(37, 8, 0), Write(Dana, &Paper {
                title: "Restore the catalogue from its backup, as a test",
                kind: "Inspection",
                priority: "HIGH",
                asset: "parts-idx-01",
                due: -30,
                why: "A backup that nobody restored is a hope.",
                steps: &[("Restore it beside the old one", &["All tables are there", "The index can be built from it"])],
                criteria: &["It takes less than an hour"],
                ..PLAIN
            })),
            (at(37, 8, 10), Submit(Dana)),
            (at(36, 13, 0), Approve(Lena, Dana)),
            (at(34, 9, 0), Tick(Dana, &["1.1", "1.2", "C1"])),
            (at(34, 9, 10), File(Dana, "1.1", "restore-times.csv", "Seconds for each table")),
            (at(34, 9, 20), Complete(Dana, Outcome::Achieved, "Five minutes for all of it.")),
            (at(33, 13, 0), Return(Mei, "The questions were restored from the day before; say which backup it was and do it with last night's")),
            (at(32, 9, 0), Undo(Dana, "1.1", "It was the backup of the day before")),
            (at(31, 9, 0), Tick(Dana, &["1.1"])),
            (at(31, 9, 10), Time(Dana, 130, "Both times together")),
            (at(31, 9, 20), Complete(Dana, Outcome::Achieved, "Done again with last night's backup.")),
            (at(30, 10, 0), Judge(Mei, &[
                ("1.1", Finds::Right("restore-count", "The restored catalogue has 24183 rows, as many as the one in use.")),
                ("1.2", Finds::Right("restore-count", "The index was built from it in 41 s.")),
                ("C1", Finds::Right("restore-count", "The index was built from it in 41 s.")),
            ])),
            (at(30, 10, 20), Verify(Mei)),
            (at(29, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "limit",
        acts: &[
            (at(30, 8, 0), Write(Sam, &Paper {
                title: "Raise the limit of the gateway for the morning shift",
                kind: "Modification",
                asset: "parts-gw-01",
                due: -26,
                why: "At half past nine a hundred questions are refused.",
                steps: &[("Raise it", &["The limit is 80 a second", "Nothing was refused for a morning"])],
                criteria: &["Mechanics do not ask twice"],
                ..PLAIN
            })),
            (at(30, 8, 10), Submit(Sam)),
            (at(30, 9, 0), Approve(Lena, Relay)),
            (at(28, 10, 0), Tick(Relay, &["1.1"])),
            (at(27, 12, 30), Tick(Lena, &["1.2", "C1"])),
            (at(27, 12, 40), File(Lena, "1.2", "gateway-limit.log", "The gateway's own log of that morning")),
            (at(27, 13, 0), Complete(Lena, Outcome::Achieved, "80 a second, and nobody was refused.")),
            (at(26, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("limit-set", "The limit of parts-gw-01 is 80 requests a second since 09:45.")),
                ("1.2", Finds::Right("limit-day", "Between 09:30 and 10:30 the gateway took 14820 requests and refused 0.")),
                ("C1", Finds::Right("limit-day", "Between 09:30 and 10:30 the gateway took 14820 requests and refused 0.")),
            ])),
            (at(26, 9, 30), Verify(Noah)),
            (at(25, 8, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "shafts",
        acts: &[
            (at(24, 8, 0), Write(Ivo, &Paper {
                title: "Answer for shafts in inches as well",
                asset: "parts-desk-01",
                due: -18,
                why: "The old presses have inch shafts, and the assistant rounds them.",
                steps: &[("Mend it", &["An inch shaft is found by its own size", "A metric one is found as before"])],
                criteria: &["No shaft is rounded"],
                ..PLAIN
            })),
            (at(24, 8, 10), Submit(Ivo)),
            (at(23, 9, 0), Approve(Sam, Ivo)),
            (at(20, 9, 0), Tick(Ivo, &["1.1", "1.2", "C1"])),
            (at(20, 9, 10), Time(Ivo, 260, "")),
            (at(20, 9, 20), Complete(Ivo, Outcome::Achieved, "Both sizes are in the index.")),
            (at(19, 9, 0), Judge(Mei, &[
                ("1.1", Finds::Right("shaft-inch", "Row 2950 is a seal for a shaft of 1.375 in and was found first.")),
                ("1.2", Finds::Right("shaft-inch", "Row 2207 is a seal for a shaft of 40 mm and was found first as before.")),
                ("C1", Finds::Right("shaft-inch", "Row 2950 is a seal for a shaft of 1.375 in and was found first.")),
            ])),
            (at(19, 9, 30), Judge(Noah, &[
                ("1.1", Finds::Wrong("shaft-round", "The seal for 1 3/8 in is row 2951 with 35 mm.", "Written as a fraction it is still rounded.")),
            ])),
            (at(18, 10, 0), Judge(Mei, &[
                ("C1", Finds::Wrong("shaft-round", "The seal for 1 3/8 in is row 2951 with 35 mm.", "Noah is right: fractions are rounded.")),
            ])),
            (at(18, 11, 0), Return(Noah, "Sizes that are written as fractions are still rounded")),
            (at(18, 13, 0), Undo(Ivo, "1.1", "Fractions were forgotten")),
            (at(16, 9, 0), Tick(Ivo, &["1.1"])),
            (at(16, 9, 10), Complete(Ivo, Outcome::Partial, "Fractions are read now; the criterion was refuted and stays so.")),
            (at(15, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("shaft-again", "Row 2950 was found for 1 3/8 in and for 1.375 in.")),
            ])),
            (at(15, 9, 20), Verify(Noah)),
            (at(14, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "dutch",
        acts: &[
            (at(38, 9, 0), Write(Tom, &Paper {
                title: "Translate the catalogue into Dutch",
                kind: "Modification",
                priority: "LOW",
                asset: "parts-idx-01",
                due: -20,
                why: "Two new colleagues read Dutch better than English.",
                steps: &[("Translate it", &["The names of all rows are translated"])],
                criteria: &["A question in Dutch finds the same row"],
                ..PLAIN
            })),
            (at(38, 9, 5), Submit(Tom)),
            (at(35, 9, 0), Cancel(Lena, "The assistant answers Dutch questions from the English rows already")),
        ],
    },
    Tale {
        key: "gateway-2",
        acts: &[
            (at(29, 9, 0), Write(Dana, &Paper {
                title: "Replace the gateway by a larger one",
                kind: "Modification",
                asset: "parts-gw-01",
                due: -10,
                why: "It is at its limit every morning.",
                steps: &[("Replace it", &["The larger one stands in rack 2"]), ("Move over", &["All clients use it"])],
                criteria: &["No question is refused"],
                ..PLAIN
            })),
            (at(29, 9, 10), Submit(Dana)),
            (at(28, 9, 0), Approve(Sam, Dana)),
            (at(27, 9, 0), Hold(Sam, HoldCode::Schedule, "First we see what the higher limit brings")),
            (at(25, 9, 0), Cancel(Sam, "The higher limit was enough")),
        ],
    },
];
