//! Tables: dining, coffee, side, console and bedside.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A top on legs.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    legs: Legs,
    #[serde(default)]
    round: bool,
    #[serde(default)]
    glass: bool,
    /// A second board below.
    #[serde(default)]
    shelf: bool,
    #[serde(default)]
    drawers: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Legs {
    Tapered,
    Trestle,
    Pedestal,
    Drum,
    Cross,
    Hairpin,
    Frame,
    CFrame,
}

impl Table {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let apron = s.top + self.lip(s);
        self.draw_legs(s, apron);
        if self.shelf {
            let y = s.y(0.26);
            let tone = self.top_tone(s).darker(0.1);
            s.panel([s.x(0.09), y, s.width() * 0.82, 8.0], 2.0, if self.glass { s.trim } else { tone });
        }
        self.draw_drawers(s, apron);
        self.draw_top(s);
    }

    /// How far the upper face of the top reaches down in the picture.
    fn lip(&self, s: &Scene) -> f64 {
        if self.round { s.width() * 0.055 } else { 12.0 }
    }

    fn top_tone(&self, s: &Scene) -> Tone {
        if self.glass { Tone::GLASS } else { s.main }
    }

    fn leg_tone(&self, s: &Scene) -> Tone {
        if self.glass { s.main } else { s.trim }
    }

    fn draw_top(&self, s: &mut Scene) {
        let tone = self.top_tone(s);
        let (w, top) = (s.width(), s.top);
        if self.round {
            let ry = w * 0.055;
            s.canvas.ellipse([200.0, top + ry + 7.0, w / 2.0, ry], tone.darker(0.18));
            s.canvas.ellipse([200.0, top + ry, w / 2.0, ry], tone.lighter(0.08));
            s.canvas.ellipse([200.0, top + ry, w / 2.0 - 5.0, ry - 2.0], tone.lighter(0.12));
            return;
        }
        let d = outline!("M{} {}H{}L{} {}H{}z", s.x(0.04), top, s.x(0.96), s.right, top + 12.0, s.left);
        s.canvas.path(&d, tone.lighter(0.12));
        s.panel([s.left, top + 12.0, w, 9.0], 1.5, tone.darker(0.06));
    }

    fn draw_drawers(&self, s: &mut Scene, apron: f64) {
        if self.drawers == 0 {
            return;
        }
        let height = (s.height() * 0.2).min(40.0);
        s.panel([s.x(0.05), apron, s.width() * 0.9, height + 8.0], 2.0, s.main.darker(0.06));
        let each = s.width() * 0.88 / f64::from(self.drawers);
        for place in 0..self.drawers {
            let x = s.x(0.06) + each * f64::from(place);
            s.canvas.rect([x + 1.0, apron + 10.0, each - 2.0, height - 6.0], 2.0, s.main.line());
            s.panel([x + 2.0, apron + 11.0, each - 4.0, height - 8.0], 2.0, s.main.lighter(0.1));
            s.canvas.circle(x + each / 2.0, apron + 7.0 + height / 2.0, 4.0, Tone::BRASS);
        }
    }

    fn draw_legs(&self, s: &mut Scene, apron: f64) {
        let tone = self.leg_tone(s);
        match self.legs {
            Legs::Tapered => self.draw_tapered(s, apron, tone),
            Legs::Trestle => draw_trestle(s, apron, tone),
            Legs::Pedestal => draw_pedestal(s, apron),
            Legs::Drum => draw_drum(s, apron),
            Legs::Cross => {
                for (top, foot) in [(0.16, 0.84), (0.84, 0.16)] {
                    s.canvas.line((s.x(top), apron + 4.0), (s.x(foot), s.floor - 6.0), tone.darker(0.05), 13.0);
                }
            }
            Legs::Hairpin => {
                for (top, foot) in [(0.2, 0.1), (0.8, 0.9), (0.42, 0.38), (0.58, 0.62)] {
                    let d = outline!(
                        "M{} {}L{} {}L{} {}",
                        s.x(top) - 8.0,
                        apron,
                        s.x(foot),
                        s.floor - 3.0,
                        s.x(top) + 8.0,
                        apron
                    );
                    s.canvas.stroke(&d, tone, 3.4);
                }
            }
            Legs::Frame => {
                for x in [0.05, 0.95] {
                    s.canvas.line((s.x(x), apron), (s.x(x), s.floor - 4.0), tone, 8.0);
                }
                s.canvas.line((s.x(0.05), s.floor - 5.0), (s.x(0.95), s.floor - 5.0), tone.lighter(0.1), 5.0);
            }
            Legs::CFrame => {
                let d = outline!("M{} {}H{}V{}H{}", s.x(0.9), apron, s.x(0.1), s.floor - 4.0, s.x(0.92));
                s.canvas.stroke(&d, tone, 8.0);
            }
        }
    }

    fn draw_tapered(&self, s: &mut Scene, apron: f64, tone: Tone) {
        let lean = if self.round { 0.1 } else { 0.01 };
        if self.round {
            s.tapered_leg(200.0, apron, 200.0, 10.0, tone.darker(0.18));
        } else {
            s.panel([s.x(0.07), apron, s.width() * 0.86, 16.0], 0.0, tone.darker(0.1));
        }
        let inset = if self.round { 0.24 } else { 0.07 };
        for (top, foot) in [(inset, inset - lean), (1.0 - inset, 1.0 - inset + lean)] {
            let (top, foot) = (s.x(top), s.x(foot));
            s.tapered_leg(top, apron, foot, 14.0, tone);
        }
    }
}

fn draw_trestle(s: &mut Scene, apron: f64, tone: Tone) {
    for centre in [0.2, 0.8] {
        for lean in [-0.075, 0.075] {
            s.canvas.line((s.x(centre), apron + 6.0), (s.x(centre + lean), s.floor - 6.0), tone.darker(0.06), 12.0);
        }
    }
    s.canvas.line((s.x(0.2), s.y(0.4)), (s.x(0.8), s.y(0.4)), tone.darker(0.16), 10.0);
}

fn draw_pedestal(s: &mut Scene, apron: f64) {
    let main = s.main;
    let d = outline!(
        "M{} {}L{} {}L{} {}H{}L{} {}L{} {}z",
        s.x(0.4),
        apron,
        s.x(0.43),
        s.y(0.4),
        s.x(0.3),
        s.floor - 4.0,
        s.x(0.7),
        s.x(0.57),
        s.y(0.4),
        s.x(0.6),
        apron
    );
    s.canvas.path(&d, main.darker(0.06));
    for share in [0.46, 0.5, 0.54] {
        s.canvas.line((s.x(share), apron + 6.0), (s.x(share + (share - 0.5) * 2.0), s.floor - 10.0), main.line(), 1.4);
    }
}

fn draw_drum(s: &mut Scene, apron: f64) {
    let main = s.main;
    let (x, w) = (s.x(0.1), s.width() * 0.8);
    let floor = s.floor - 6.0;
    let d = outline!("M{} {}V{}Q200 {} {} {}V{}z", x, apron, floor - 5.0, floor + 12.0, x + w, floor - 5.0, apron);
    s.canvas.path(&d, main.darker(0.05));
    let mut ribs = String::new();
    for rib in 1..12 {
        ribs.push_str(&outline!("M{} {}V{}", x + w * f64::from(rib) / 12.0, apron + 4.0, floor));
    }
    s.canvas.stroke(&ribs, main.line(), 1.6);
}
