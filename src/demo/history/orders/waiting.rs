//! What is done and waits for somebody's word: to be judged, verified, closed, or done again.

use crate::demo::cast::Who::{Dana, Gauge, Ivo, Lena, Mei, Noah, Sam, Tom};
use crate::demo::days::at;
use crate::demo::history::acts::Act::{
    Answer, Approve, Complete, File, FollowUp, Judge, Log, Part, Reopen, Return, Say, Submit, Tick, Time,
    Undo, Verify, Write,
};
use crate::demo::history::acts::{Finds, Next, Tale};
use crate::demo::history::paper::{PLAIN, Paper};
use crate::work_orders::model::{Outcome, Priority};

#[rustfmt::skip]
pub(super) const TALES: &[Tale] = &[
    Tale {
        key: "rowless",
        acts: &[
            (at(17, 9, 0), Write(Lena, &Paper {
                title: "Find the answers that name no row",
                estimate: "8 h",
                kind: "Inspection",
                asset: "parts-desk-01",
                due: -8,
                why: "One answer of a hundred still names no row, and nobody knows which.",
                steps: &[("Look through a week", &["A week of answers is gone through", "What they have in common is written down"])],
                criteria: &["Each kind has a cause"],
                ..PLAIN
            })),
            (at(17, 9, 10), Submit(Lena)),
            (at(16, 10, 0), Approve(Sam, Ivo)),
            (at(12, 9, 0), Tick(Ivo, &["1.1"])),
            (at(11, 9, 0), Tick(Ivo, &["1.2", "C1"])),
            (at(11, 9, 10), Log(Ivo, "What they have in common", &["Twelve of 1 140 answers name no row", "Nine of them were asked for two parts at once"])),
            (at(11, 9, 20), Time(Ivo, 400, "")),
            (at(11, 9, 30), Complete(Ivo, Outcome::Achieved, "Twelve answers, two causes.")),
            (at(9, 9, 0), Judge(Mei, &[
                ("1.1", Finds::Right("rowless-count", "12 of 1140 answers of that week name no row.")),
                ("1.2", Finds::Right("rowless-count", "9 of the 12 questions ask for two parts at once.")),
                ("C1", Finds::Right("rowless-cause", "The prompt asks for one row, so the model drops the row of the second part.")),
            ])),
            (at(8, 10, 0), Verify(Mei)),
        ],
    },
    Tale {
        key: "pump-numbers",
        acts: &[
            (at(19, 8, 0), Write(Sam, &Paper {
                title: "Teach the assistant the new numbers of the pump maker",
                estimate: "1 h",
                kind: "Modification",
                asset: "parts-idx-01",
                due: 4,
                why: "The pump maker numbers everything anew, and both numbers will be asked for.",
                steps: &[("Take them over", &["Old and new number stand in one row", "Both find the same row"])],
                criteria: &["Nobody is told that a pump part does not exist"],
                ..PLAIN
            })),
            (at(19, 8, 10), Submit(Sam)),
            (at(18, 9, 0), Approve(Lena, Dana)),
            (at(14, 9, 0), Tick(Dana, &["1.1", "1.2", "C1"])),
            (at(14, 9, 10), Time(Dana, 180, "")),
            (at(14, 9, 20), Complete(Dana, Outcome::Achieved, "All 212 numbers.")),
            (at(12, 10, 0), Judge(Noah, &[
                ("1.1", Finds::Right("pump-both", "Row 8101 carries the numbers P-1180 and PX-20118.")),
                ("1.2", Finds::Right("pump-both", "P-1180 and PX-20118 found row 8101 in 8 of 8 questions.")),
                ("C1", Finds::Right("pump-both", "P-1180 and PX-20118 found row 8101 in 8 of 8 questions.")),
            ])),
            (at(12, 10, 30), Verify(Noah)),
            (at(6, 9, 0), Say(Lena, "Tom says that PX-20340 is not known. Three of them looked for it.")),
            (at(6, 10, 0), Reopen(Sam, "The maker sent 40 more numbers, and they are not in the index")),
            (at(5, 9, 0), Log(Dana, "The new list is here", &["40 numbers, two of them twice"])),
        ],
    },
    Tale {
        key: "compare",
        acts: &[
            (at(15, 8, 0), Write(Lena, &Paper {
                title: "Compare two models on last month's questions",
                estimate: "5 h",
                kind: "Inspection",
                priority: "HIGH",
                asset: "parts-desk-01",
                due: -4,
                why: "The new model is said to be better. Better at what?",
                steps: &[("Ask both", &["Hundred questions are asked of both", "Each pair is read by somebody who does not know which is which"])],
                criteria: &["We know which one answers better"],
                ..PLAIN
            })),
            (at(15, 8, 10), Submit(Lena)),
            (at(14, 13, 0), Approve(Sam, Dana)),
            (at(10, 9, 0), Tick(Dana, &["1.1"])),
            (at(8, 9, 0), Tick(Dana, &["1.2", "C1"])),
            (at(8, 9, 10), File(Dana, "1.2", "answers-by-model.png", "Right answers of each day, in per cent; the last three are the new model's")),
            (at(8, 9, 20), Time(Dana, 480, "Reading two hundred answers")),
            (at(8, 9, 30), Complete(Dana, Outcome::Achieved, "The new one is right 87 times of 100, the old one 71 times.")),
            (at(7, 9, 0), Judge(Mei, &[
                ("1.1", Finds::Right("compare-run", "Both models answered all 100 questions of the list.")),
                ("C1", Finds::Right("compare-run", "claude-sonnet-4-5 is right in 87 and gpt-4o in 71 of 100 answers.")),
            ])),
            (at(6, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Wrong("compare-list", "14 of the 100 questions are the same question asked again.", "These are 86 questions, not a hundred.")),
                ("C1", Finds::Wrong("compare-list", "11 of the 14 repeated questions were answered by claude-sonnet-4-5 from its own earlier answer.", "Without the repeated ones the difference is half of what is said.")),
            ])),
            (at(5, 10, 0), Say(Mei, "{dana}, Noah has a point about the repeated questions. I would not count them; he would ask all of them anew. Which list was it?")),
        ],
    },
    Tale {
        key: "display",
        acts: &[
            (at(11, 8, 0), Write(Tom, &Paper {
                title: "Half of the display of the scale is dark",
                priority: "MEDIUM",
                asset: "store-scale-2",
                due: -5,
                why: "One reads the grams, but no longer the kilograms.",
                steps: &[("Look at it and mend it", &["The cause is found", "The display shows all digits"])],
                criteria: &["Weights are read without guessing"],
                ..PLAIN
            })),
            (at(11, 8, 2), Submit(Tom)),
            (at(10, 9, 0), Approve(Sam, Ivo)),
            (at(8, 13, 0), Tick(Ivo, &["1.1"])),
            (at(8, 13, 10), Part(Ivo, "Ribbon cable, 20 poles", "1", "pcs", 640, "Shelf A3")),
            (at(6, 9, 0), Answer(Ivo, "1.2", "fail", "Two digits stay dark with the new cable; the display itself is broken")),
            (at(6, 9, 10), FollowUp(Ivo, "1.2", Next {
                key: "display-2",
                title: "Fit a new display to the scale",
                priority: Priority::Medium,
                due: 7,
                why: "The maker has one; it takes a week.",
            })),
            (at(6, 9, 20), Time(Ivo, 110, "")),
            (at(5, 9, 0), Complete(Ivo, Outcome::Partial, "The cable was loose as well; a new display is asked for.")),
            (at(4, 9, 0), Judge(Noah, &[
                ("1.1", Finds::Right("display-cause", "Digits 1 and 2 of the display draw no current.")),
            ])),
        ],
    },
    Tale {
        key: "belts-2",
        acts: &[
            (at(9, 8, 0), Write(Lena, &Paper {
                title: "Tune the ranking of belts once more",
                estimate: "6 h",
                kind: "Modification",
                asset: "parts-desk-01",
                due: -2,
                why: "Narrow belts are still ranked behind wide ones.",
                steps: &[("Tune it", &["Fifteen questions for narrow belts are ranked rightly"])],
                criteria: &["Wide belts are ranked as before"],
                ..PLAIN
            })),
            (at(9, 8, 10), Submit(Lena)),
            (at(8, 9, 0), Approve(Lena, Gauge)),
            (at(5, 11, 0), Tick(Gauge, &["1.1"])),
            (at(5, 11, 10), Log(Gauge, "The ranking was tuned", &["15 of 15 for narrow belts", "Wide belts were asked 5 times and came first each time"])),
            (at(4, 9, 0), Tick(Lena, &["C1"])),
            (at(4, 9, 10), Complete(Lena, Outcome::Achieved, "Narrow belts come first where they are asked for.")),
        ],
    },
    Tale {
        key: "two-parts",
        acts: &[
            (at(7, 8, 0), Write(Ivo, &Paper {
                title: "Answer for two parts with two rows",
                estimate: "4 h",
                priority: "HIGH",
                asset: "parts-desk-01",
                due: -1,
                why: "Nine of twelve answers without a row were for two parts at once.",
                steps: &[("Mend it", &["The prompt asks for a row of each part", "Ten questions for two parts name two rows"])],
                criteria: &["No answer names fewer rows than parts"],
                ..PLAIN
            })),
            (at(7, 8, 10), Submit(Ivo)),
            (at(6, 13, 0), Approve(Sam, Ivo)),
            (at(4, 13, 0), Tick(Ivo, &["1.1"])),
            (at(3, 9, 0), Tick(Ivo, &["1.2", "C1"])),
            (at(3, 9, 10), Time(Ivo, 170, "")),
            (at(3, 9, 20), Complete(Ivo, Outcome::Achieved, "Third version of the prompt.")),
        ],
    },
    Tale {
        key: "shelf-log",
        acts: &[
            (at(13, 8, 0), Write(Sam, &Paper {
                title: "Write the shelf down with every answer about stock",
                kind: "Modification",
                asset: "parts-desk-01",
                due: 3,
                why: "An answer about stock without its shelf cannot be looked up.",
                steps: &[("Write it down", &["The trace names the shelf", "The answer names the shelf"])],
                criteria: &["A count can be looked up on its shelf"],
                ..PLAIN
            })),
            (at(13, 8, 10), Submit(Sam)),
            (at(12, 9, 0), Approve(Lena, Ivo)),
            (at(9, 9, 0), Tick(Ivo, &["1.1", "1.2", "C1"])),
            (at(9, 9, 10), Complete(Ivo, Outcome::Achieved, "Shelf in trace and answer.")),
            (at(7, 13, 0), Judge(Mei, &[
                ("1.1", Finds::Right("shelf-trace", "The lookup of 6205-2RS returned quantity 4 on shelf B2.")),
                ("1.2", Finds::Wrong("shelf-trace", "We have four of 6205-2RS.", "The answer leaves the shelf out although the tool gave it.")),
            ])),
            (at(7, 14, 0), Return(Mei, "The answer does not name the shelf; see my verdict on 1.2")),
            (at(6, 8, 30), Undo(Ivo, "1.2", "The answer left it out, as Mei says")),
            (at(6, 8, 40), Say(Ivo, "{sam}, I need a morning for it.")),
        ],
    },
];
