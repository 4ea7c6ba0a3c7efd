//! Bar stools, ottomans, benches and loose table legs.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A stool for counters and bars.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BarStool {
    back: Back,
    base: Base,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Back {
    None,
    Low,
    Full,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Base {
    /// A gas lift on a round plate.
    Pedestal,
    FourLegs,
    /// Sheet steel legs.
    Splayed,
}

impl BarStool {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let seat = match self.back {
            Back::None => s.top + 4.0,
            Back::Low => s.y(0.8),
            Back::Full => s.y(0.68),
        };
        self.draw_base(s, seat);
        self.draw_back(s, seat);
        let main = s.main;
        let (x, w) = (s.x(0.06), s.width() * 0.88);
        let thickness = if self.base == Base::Pedestal || self.back == Back::Full { 22.0 } else { 11.0 };
        s.canvas.rect([x, seat, w, thickness], thickness / 2.2, main.darker(0.1));
        s.panel([x, seat - 4.0, w, thickness * 0.8], thickness / 2.6, main.lighter(0.08));
    }

    fn draw_back(&self, s: &mut Scene, seat: f64) {
        if self.back == Back::None {
            return;
        }
        let (main, top) = (s.main, s.top);
        let d = outline!(
            "M{} {}Q{} {} {} {}Q200 {} {} {}Q{} {} {} {}z",
            s.x(0.08),
            seat + 6.0,
            s.x(0.02),
            top + 20.0,
            s.x(0.14),
            top + 6.0,
            top - 8.0,
            s.x(0.86),
            top + 6.0,
            s.x(0.98),
            top + 20.0,
            s.x(0.92),
            seat + 6.0
        );
        s.canvas.path(&d, main);
        let seam = top + (seat - top) * 0.5;
        s.canvas.stroke(&outline!("M{} {}Q200 {} {} {}", s.x(0.1), seam, seam + 8.0, s.x(0.9), seam), main.line(), 1.6);
    }

    fn draw_base(&self, s: &mut Scene, seat: f64) {
        match self.base {
            Base::Pedestal => draw_gas_lift(s, seat),
            Base::FourLegs => {
                let tone = if s.grain { s.main.darker(0.08) } else { s.trim };
                draw_four_legs(s, seat, tone, 9.0);
            }
            Base::Splayed => {
                let tone = s.main.darker(0.08);
                draw_four_legs(s, seat, tone, 12.0);
                let d = outline!(
                    "M{} {}L{} {}M{} {}L{} {}",
                    s.x(0.14),
                    s.y(0.42),
                    s.x(0.86),
                    s.y(0.3),
                    s.x(0.86),
                    s.y(0.42),
                    s.x(0.14),
                    s.y(0.3)
                );
                s.canvas.stroke(&d, tone.darker(0.15), 4.0);
            }
        }
    }
}

fn draw_gas_lift(s: &mut Scene, seat: f64) {
    let (tone, floor) = (s.trim, s.floor);
    s.canvas.rect([194.0, seat, 12.0, floor - seat - 8.0], 3.0, tone.darker(0.08));
    s.canvas.rect([191.0, s.y(0.45), 18.0, floor - s.y(0.45) - 8.0], 3.0, tone);
    let ring = s.y(0.36);
    s.canvas.stroke(
        &outline!("M{} {}a{} 8 0 0 0 {} 0", s.x(0.2), ring, s.width() * 0.3, s.width() * 0.6),
        tone.darker(0.15),
        4.5,
    );
    s.canvas.ellipse([200.0, floor - 4.0, s.width() * 0.44, 9.0], tone.darker(0.1));
    s.canvas.ellipse([200.0, floor - 8.0, s.width() * 0.42, 8.0], tone.lighter(0.2));
}

fn draw_four_legs(s: &mut Scene, seat: f64, tone: Tone, thickness: f64) {
    for (top, foot) in [(0.3, 0.24), (0.7, 0.76)] {
        s.canvas.line((s.x(top), seat + 6.0), (s.x(foot), s.floor - 8.0), tone.darker(0.22), thickness - 2.0);
    }
    s.canvas.line((s.x(0.1), s.y(0.3)), (s.x(0.9), s.y(0.3)), Tone::BRASS, 5.0);
    for (top, foot) in [(0.16, 0.05), (0.84, 0.95)] {
        s.canvas.line((s.x(top), seat + 6.0), (s.x(foot), s.floor - 5.0), tone, thickness);
    }
}

/// A footstool.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ottoman {
    #[serde(default)]
    round: bool,
    #[serde(default)]
    tufted: bool,
}

impl Ottoman {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let (main, top) = (s.main, s.top);
        if self.round {
            s.canvas.rect([s.left, top, s.width(), s.floor - top - 2.0], 44.0, main.darker(0.05));
            s.canvas.ellipse([200.0, top + 30.0, s.width() / 2.0 - 3.0, 30.0], main.lighter(0.1));
            s.canvas.ellipse([200.0, top + 28.0, 5.0, 3.0], main.line());
            s.canvas.stroke(
                &outline!("M{} {}Q200 {} {} {}", s.x(0.03), s.y(0.2), s.floor + 6.0, s.x(0.97), s.y(0.2)),
                main.line(),
                2.0,
            );
            return;
        }
        let lid = s.y(0.68);
        for share in [0.08, 0.92] {
            s.canvas.rect([s.x(share) - 7.0, s.floor - 16.0, 14.0, 16.0], 2.0, Tone::from_hex("#7a5237"));
        }
        s.canvas.rect([s.left, lid, s.width(), s.floor - lid - 12.0], 6.0, main.darker(0.08));
        s.canvas.rect([s.left - 2.0, top, s.width() + 4.0, lid - top + 4.0], 14.0, main.lighter(0.06));
        s.canvas.line((s.left + 4.0, lid + 4.0), (s.right - 4.0, lid + 4.0), main.line(), 1.6);
        if self.tufted {
            for share in [0.2, 0.4, 0.6, 0.8] {
                s.canvas.circle(s.x(share), (top + lid) / 2.0, 3.2, main.line());
            }
        }
    }
}

/// A seat for two or three, without a back.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bench {
    legs: BenchLegs,
    #[serde(default)]
    padded: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BenchLegs {
    Panel,
    Tapered,
    /// Open shelves for shoes.
    Shelf,
}

impl Bench {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let (main, top) = (s.main, s.top);
        let under = top + 14.0;
        match self.legs {
            BenchLegs::Panel => {
                for (a, b) in [(0.1, 0.06), (0.9, 0.94)] {
                    s.canvas.line((s.x(a), under), (s.x(b), s.floor - 7.0), main.darker(0.12), 15.0);
                }
                s.canvas.line((s.x(0.1), s.y(0.4)), (s.x(0.9), s.y(0.4)), main.darker(0.2), 8.0);
            }
            BenchLegs::Tapered => {
                for (a, b) in [(0.1, 0.06), (0.9, 0.94)] {
                    let (a, b, tone) = (s.x(a), s.x(b), s.trim);
                    s.tapered_leg(a, under, b, 10.0, tone);
                }
            }
            BenchLegs::Shelf => draw_shoe_shelves(s, under),
        }
        if self.padded {
            s.canvas.rect([s.left, top, s.width(), 30.0], 13.0, main);
            s.canvas.rect([s.left, top, s.width(), 18.0], 9.0, main.lighter(0.1));
            return;
        }
        s.panel([s.left, top + 4.0, s.width(), 14.0], 3.0, main);
        if self.legs == BenchLegs::Shelf {
            s.canvas.rect([s.x(0.02), top - 10.0, s.width() * 0.96, 18.0], 8.0, Tone::LINEN.darker(0.05));
        }
    }
}

fn draw_shoe_shelves(s: &mut Scene, under: f64) {
    let main = s.main;
    for share in [0.02, 0.94] {
        s.canvas.rect([s.x(share), under, s.width() * 0.04, s.floor - under], 1.0, main.darker(0.1));
    }
    for share in [0.12, 0.44] {
        let y = s.y(share);
        s.panel([s.x(0.03), y, s.width() * 0.94, 6.0], 1.0, main.darker(0.04));
        draw_shoes(s, 0.16, y);
        draw_shoes(s, 0.58, y);
    }
}

/// A pair of shoes standing on a board.
pub(crate) fn draw_shoes(s: &mut Scene, share: f64, floor: f64) {
    for (place, hex) in ["#6b7f8c", "#6b7f8c"].into_iter().enumerate() {
        let x = s.x(share) + 32.0 * place as f64;
        let d = outline!("M{} {}v-15h9q3 7 15 8q3 1 3 7z", x, floor);
        s.canvas.path(&d, Tone::from_hex(hex));
    }
}

/// Four table legs side by side.
pub(crate) fn draw_loose_legs(s: &mut Scene) {
    let main = s.main;
    for (place, offset) in [-110.0, -40.0, 30.0, 100.0].into_iter().enumerate() {
        let x = 200.0 + offset;
        let tone = if place % 2 == 0 { main } else { main.darker(0.08) };
        s.canvas.rect([x - 22.0, s.top, 54.0, 9.0], 2.0, tone.darker(0.12));
        for hole in [-14.0, 24.0] {
            s.canvas.circle(x + hole, s.top + 4.5, 2.2, Tone::PAPER);
        }
        let d = outline!(
            "M{} {}L{} {}Q{} {} {} {}L{} {}",
            x - 15.0,
            s.top + 9.0,
            x,
            s.floor - 8.0,
            x + 5.0,
            s.floor,
            x + 10.0,
            s.floor - 8.0,
            x + 25.0,
            s.top + 9.0
        );
        s.canvas.stroke(&d, tone, 6.0);
    }
}
