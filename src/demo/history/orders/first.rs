//! The first weeks: a fan, a key, a prompt, a model and a scale.

use crate::audit::model::MissingReason;
use crate::demo::cast::Who::{Dana, Ivo, Lena, Mei, Noah, Relay, Sam};
use crate::demo::days::at;
use crate::demo::history::acts::Act::{
    Answer, Approve, Close, Complete, File, FollowUp, Judge, Log, Part, ReadSafety, Submit, Tick, Time,
    Verify, Write,
};
use crate::demo::history::acts::{Finds, Next, Tale};
use crate::demo::history::paper::{PLAIN, Paper};
use crate::work_orders::model::{Outcome, Priority};

/// Two weights within their limits, and a table.
const WEIGHED: &str = r#"{
"1.1": {"asks":{"kind":"number","unit":"g","least":"999.5","most":"1000.5","outside_fails":true,"options":[]}},
"1.2": {"asks":{"kind":"number","unit":"g","least":"4999","most":"5001","outside_fails":true,"options":[]}},
"1.3": {"asks":{"kind":"yes_no","unit":"","least":"","most":"","outside_fails":false,"options":[]}}
}"#;

#[rustfmt::skip]
pub(super) const TALES: &[Tale] = &[
    Tale {
        key: "fan",
        acts: &[
            (at(65, 8, 5), Write(Sam, &Paper {
                title: "Replace the fan of the parts desk server",
                priority: "HIGH",
                asset: "parts-desk-01",
                due: -62,
                why: "The fan of rack 1 hums, and the server answers slowly when the room is warm.",
                steps: &[
                    ("Find out which fan it is", &["The fan that vibrates is named", "Its part number stands in the catalogue"]),
                    ("Fit the new one", &["The new fan runs and the server stays below 60 degrees"]),
                ],
                criteria: &["The server answers as fast as before"],
                safety: &["Pull both plugs before the lid is opened"],
                ..PLAIN
            })),
            (at(65, 8, 20), Submit(Sam)),
            (at(65, 10, 0), Approve(Lena, Dana)),
            (at(64, 9, 0), ReadSafety(Dana)),
            (at(64, 9, 10), Tick(Dana, &["1.1", "1.2"])),
            (at(64, 9, 30), File(Dana, "1.1", "fan-vibration.png", "Vibration by the hour; the bars of the afternoon are the fan")),
            (at(63, 14, 0), Part(Dana, "Fan 120 mm, 12 V", "1", "pcs", 2490, "Shelf C4")),
            (at(62, 8, 0), Tick(Dana, &["2.1", "C1"])),
            (at(62, 8, 40), Time(Dana, 95, "With the search for the right fan")),
            (at(62, 9, 0), Complete(Dana, Outcome::Achieved, "The new fan runs, the old one is scrap.")),
            (at(61, 9, 0), Judge(Mei, &[
                ("1.1", Finds::Right("fan", "The fan of rack 1 is type 9GV1212P4G01.")),
                ("1.2", Finds::Right("fan", "Row 5120 holds two of them on shelf C4.")),
                ("2.1", Finds::Right("fan-after", "The server was at 54 degrees at 10:00 on the next day.")),
                ("C1", Finds::Right("fan-after", "Answers took 3.9 s before and 2.6 s after the change.")),
            ])),
            (at(61, 10, 0), Verify(Mei)),
            (at(61, 14, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "key-1",
        acts: &[
            (at(57, 8, 0), Write(Ivo, &Paper {
                title: "Change the key that the gateway shows to the models",
                priority: "HIGH",
                asset: "parts-gw-01",
                due: -53,
                why: "The key is 91 days old, and 90 is the most that we allow.",
                steps: &[("Change it", &["The new key opens what the old one opened", "The old key opens nothing any more"])],
                criteria: &["The key is younger than five days"],
                ..PLAIN
            })),
            (at(57, 8, 10), Submit(Ivo)),
            (at(57, 13, 0), Approve(Sam, Ivo)),
            (at(55, 9, 0), Tick(Ivo, &["1.1", "1.2", "C1"])),
            (at(55, 9, 20), Time(Ivo, 40, "")),
            (at(54, 9, 40), Complete(Ivo, Outcome::Achieved, "Changed over lunch; nobody was locked out.")),
            (at(53, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("key-check", "The key that was made at 12:10 was taken 12 times and opened all 4 tools.")),
                ("1.2", Finds::Right("key-check", "The gateway refused the key of last quarter 3 times with status 401.")),
                ("C1", Finds::Right("key-check", "The key that was made at 12:10 was taken 12 times and opened all 4 tools.")),
            ])),
            (at(53, 9, 30), Verify(Noah)),
            (at(52, 8, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "prompt-2",
        acts: &[
            (at(60, 8, 0), Write(Lena, &Paper {
                title: "Put the second version of the answering prompt in use",
                kind: "Modification",
                asset: "parts-desk-01",
                due: -54,
                why: "The first version names parts without the row they came from. The second asks for it.",
                steps: &[("Try it", &["Twenty questions of last month are answered with both versions", "No answer names a row that the catalogue lacks"])],
                criteria: &["Every answer names its row"],
                ..PLAIN
            })),
            (at(60, 8, 30), Submit(Lena)),
            (at(60, 11, 0), Approve(Sam, Relay)),
            (at(58, 10, 30), Tick(Relay, &["1.1"])),
            (at(58, 11, 30), Tick(Relay, &["1.2"])),
            (at(58, 11, 40), Log(Relay, "Both versions were asked", &["20 questions, 20 answers each", "Version 1 lacked the row 7 times, version 2 never"])),
            (at(57, 8, 0), Tick(Sam, &["C1"])),
            (at(57, 8, 10), Complete(Sam, Outcome::Achieved, "Version 2 is in use since this morning.")),
            (at(56, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("prompt-both", "Version 2 named its row in 20 of 20 answers.")),
                ("1.2", Finds::Right("prompt-rows", "All 20 rows that were named stand in the catalogue.")),
                ("C1", Finds::Right("prompt-both", "Version 2 named its row in 20 of 20 answers.")),
            ])),
            (at(56, 9, 30), Verify(Noah)),
            (at(55, 13, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "scale-1",
        acts: &[
            (at(58, 7, 30), Write(Ivo, &Paper {
                title: "Check the scale with the weights of the store",
                kind: "Inspection",
                asset: "store-scale-2",
                due: -56,
                why: "Small parts are counted by weight, so half a gram is a washer too many.",
                steps: &[("Weigh", &["1 000 g", "5 000 g", "The table stands level"])],
                criteria: &["The scale is good to half a gram"],
                asks: WEIGHED,
                ..PLAIN
            })),
            (at(58, 7, 40), Submit(Ivo)),
            (at(58, 9, 0), Approve(Lena, Ivo)),
            (at(58, 13, 0), Answer(Ivo, "1.1", "1000.2", "")),
            (at(58, 13, 10), Answer(Ivo, "1.2", "4999.8", "")),
            (at(58, 13, 20), Answer(Ivo, "1.3", "yes", "")),
            (at(58, 13, 30), Tick(Ivo, &["C1"])),
            (at(58, 13, 40), File(Ivo, "1.1", "scale-weights.csv", "Every weight that we have")),
            (at(58, 13, 50), Complete(Ivo, Outcome::Achieved, "Within two tenths of a gram.")),
            (at(56, 13, 0), Judge(Mei, &[
                ("1.1", Finds::Right("scale-read", "The scale showed 1000.2 g for the weight of 1000 g.")),
                ("1.2", Finds::Right("scale-read", "It showed 4999.8 g for the weight of 5000 g.")),
                ("1.3", Finds::Unclear(MissingReason::NoEvidenceLinked, "A level table leaves no trace; I saw it stand level.")),
                ("C1", Finds::Right("scale-read", "The scale showed 1000.2 g for the weight of 1000 g.")),
            ])),
            (at(56, 13, 30), Verify(Mei)),
            (at(56, 15, 0), Close(Lena)),
        ],
    },
    Tale {
        key: "small-model",
        acts: &[
            (at(50, 8, 0), Write(Lena, &Paper {
                title: "Let a smaller model rank the rows",
                kind: "Modification",
                asset: "parts-desk-01",
                due: -45,
                why: "Ranking costs more than answering. A smaller model does it for a tenth.",
                steps: &[("Swap it", &["Ranking runs on the smaller model", "Belts are ranked as before"])],
                criteria: &["No answer is worse than before"],
                ..PLAIN
            })),
            (at(50, 8, 10), Submit(Lena)),
            (at(49, 10, 0), Approve(Sam, Dana)),
            (at(47, 9, 0), Tick(Dana, &["1.1"])),
            (at(47, 14, 0), Answer(Dana, "1.2", "fail", "Belts of type B come before belts of type A, whatever is asked")),
            (at(47, 14, 10), FollowUp(Dana, "1.2", Next {
                key: "belts-1",
                title: "Teach the ranking the types of belts",
                priority: Priority::High,
                due: -38,
                why: "The small model does not know that A and B are profiles and no grades.",
            })),
            (at(47, 14, 30), Time(Dana, 210, "Most of it was asking for belts")),
            (at(46, 9, 0), Complete(Dana, Outcome::Partial, "Cheaper by nine tenths, but wrong for belts; the follow-up mends that.")),
            (at(45, 9, 0), Judge(Mei, &[
                ("1.1", Finds::Right("rank-small", "Ranking ran on gpt-4o-mini and cost 0.0003 USD for each question.")),
                ("1.2", Finds::Right("rank-belts", "Row 3310 is a belt B42 and was ranked before row 3302, which is a belt A42.")),
                ("C1", Finds::Wrong("rank-belts", "Row 3310 is a belt B42 and was ranked before row 3302, which is a belt A42.", "A mechanic who asks for an A42 is sent for a B42.")),
            ])),
            (at(45, 10, 0), Verify(Mei)),
            (at(44, 8, 0), Close(Sam)),
        ],
    },
    Tale {
        key: "belts-1",
        acts: &[
            (at(46, 10, 0), Submit(Dana)),
            (at(45, 11, 0), Approve(Sam, Dana)),
            (at(42, 9, 0), Tick(Dana, &["1.1", "C1"])),
            (at(42, 9, 10), Time(Dana, 150, "")),
            (at(41, 9, 0), Complete(Dana, Outcome::Achieved, "The prompt of the ranking names the profiles now.")),
            (at(40, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("belts-after", "Row 3302 is a belt A42 and was ranked first in 15 of 15 questions.")),
                ("C1", Finds::Right("belts-after", "Row 3302 is a belt A42 and was ranked first in 15 of 15 questions.")),
            ])),
            (at(40, 9, 20), Verify(Noah)),
            (at(39, 8, 0), Close(Lena)),
        ],
    },
];
