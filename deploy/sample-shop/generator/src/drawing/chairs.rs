//! Swivel chairs and chairs for the table.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// Office and gaming chairs.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwivelChair {
    back: SwivelBack,
    #[serde(default)]
    headrest: bool,
    #[serde(default)]
    arms: bool,
    #[serde(default)]
    mesh: bool,
    #[serde(default)]
    stitched: bool,
    /// Black with the colour as accent.
    #[serde(default)]
    racing: bool,
    /// A drafting chair with a foot ring.
    #[serde(default)]
    tall: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SwivelBack {
    Mid,
    High,
    Tub,
    Winged,
}

impl SwivelChair {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let seat = s.y(if self.tall { 0.55 } else { 0.4 });
        self.draw_base(s, seat);
        self.draw_back(s, seat);
        self.draw_seat(s, seat);
        if self.arms && self.back != SwivelBack::Tub {
            draw_arms(s, seat);
        }
    }

    fn body(&self, s: &Scene) -> Tone {
        if self.racing { Tone::INK.lighter(0.06) } else { s.main }
    }

    fn draw_base(&self, s: &mut Scene, seat: f64) {
        let hub = s.floor - 22.0;
        let frame = if self.mesh { Tone::INK } else { Tone::METAL.darker(0.12) };
        s.canvas.rect([194.0, seat, 12.0, hub - seat], 3.0, Tone::METAL);
        for share in [0.08, 0.3, 0.7, 0.92] {
            let foot = (s.x(share), s.floor - 12.0);
            s.canvas.line((200.0, hub), foot, frame, 7.0);
        }
        for share in [0.08, 0.3, 0.7, 0.92] {
            let x = s.x(share);
            s.castor(x, 6.5);
        }
        if self.tall {
            let ring = s.y(0.26);
            s.canvas.stroke(
                &outline!("M{} {}a{} 9 0 1 0 {} 0", s.x(0.24), ring, s.width() * 0.26, s.width() * 0.52),
                Tone::METAL,
                5.0,
            );
        }
    }

    fn draw_back(&self, s: &mut Scene, seat: f64) {
        let body = self.body(s);
        let top = if self.headrest { s.top + s.height() * 0.17 } else { s.top };
        let (left, right) = (s.x(0.2), s.x(0.8));
        let d = match self.back {
            SwivelBack::Winged => outline!(
                "M{} {}Q{} {} {} {}Q{} {} {} {}H{}Q{} {} {} {}Q{} {} {} {}z",
                s.x(0.27),
                seat,
                s.x(0.14),
                seat - 70.0,
                s.x(0.17),
                top + 34.0,
                s.x(0.2),
                top,
                s.x(0.36),
                top,
                s.x(0.64),
                s.x(0.8),
                top,
                s.x(0.83),
                top + 34.0,
                s.x(0.86),
                seat - 70.0,
                s.x(0.73),
                seat,
            ),
            SwivelBack::Tub => outline!(
                "M{} {}Q{} {} {} {}Q{} {} 200 {}Q{} {} {} {}Q{} {} {} {}z",
                s.x(0.12),
                seat + 8.0,
                s.x(0.02),
                seat - 50.0,
                s.x(0.1),
                top + 44.0,
                s.x(0.16),
                top,
                top,
                s.x(0.84),
                top,
                s.x(0.9),
                top + 44.0,
                s.x(0.98),
                seat - 50.0,
                s.x(0.88),
                seat + 8.0,
            ),
            _ => outline!(
                "M{} {}Q{} {} {} {}Q200 {} {} {}Q{} {} {} {}z",
                left + 10.0,
                seat,
                left - 6.0,
                top + 60.0,
                left + 10.0,
                top + 8.0,
                top - 8.0,
                right - 10.0,
                top + 8.0,
                right + 6.0,
                top + 60.0,
                right - 10.0,
                seat,
            ),
        };
        s.canvas.path(&d, body);
        self.draw_back_details(s, seat, top);
        if self.headrest {
            self.draw_headrest(s, top);
        }
    }

    fn draw_back_details(&self, s: &mut Scene, seat: f64, top: f64) {
        let body = self.body(s);
        if self.back == SwivelBack::Tub {
            let d = outline!(
                "M{} {}Q{} {} {} {}Q{} {} 200 {}Q{} {} {} {}Q{} {} {} {}z",
                s.x(0.24),
                seat,
                s.x(0.16),
                seat - 40.0,
                s.x(0.22),
                top + 46.0,
                s.x(0.26),
                top + 14.0,
                top + 14.0,
                s.x(0.74),
                top + 14.0,
                s.x(0.78),
                top + 46.0,
                s.x(0.84),
                seat - 40.0,
                s.x(0.76),
                seat,
            );
            s.canvas.path(&d, body.darker(0.1));
            s.canvas.rect([s.x(0.17), seat - 26.0, s.width() * 0.66, 24.0], 12.0, body.lighter(0.1));
        }
        if self.mesh {
            for step in 1..9 {
                let y = top + (seat - top) * f64::from(step) / 9.0;
                s.canvas.line((s.x(0.24), y), (s.x(0.76), y), body.line(), 1.0);
            }
            s.canvas.rect([s.x(0.26), seat - 48.0, s.width() * 0.48, 16.0], 8.0, Tone::INK.lighter(0.15));
        }
        if self.stitched {
            for step in 1..5 {
                let y = top + (seat - top) * f64::from(step) / 5.0;
                s.canvas.stroke(
                    &outline!("M{} {}Q200 {} {} {}", s.x(0.23), y, y + 9.0, s.x(0.77), y),
                    body.line(),
                    2.0,
                );
            }
        }
        if self.racing {
            let stripe = s.main;
            for (outer, inner) in [(0.215, 0.3), (0.785, 0.7)] {
                let d = outline!("M{} {}L{} {}", s.x(outer), top + 40.0, s.x(inner), seat - 8.0);
                s.canvas.stroke(&d, stripe, 11.0);
            }
            s.canvas.rect([s.x(0.33), seat - 44.0, s.width() * 0.34, 26.0], 9.0, stripe);
        } else if self.back == SwivelBack::Winged {
            s.canvas.rect([s.x(0.33), top + 16.0, s.width() * 0.34, seat - top - 26.0], 12.0, body.lighter(0.1));
        }
    }

    fn draw_headrest(&self, s: &mut Scene, back_top: f64) {
        let height = s.height() * 0.13;
        if self.back == SwivelBack::Winged {
            let tone = if self.racing { s.main } else { s.main.lighter(0.18) };
            let top = s.top;
            let d = outline!(
                "M{} {}Q{} {} {} {}H{}Q{} {} {} {}z",
                s.x(0.3),
                back_top + 20.0,
                s.x(0.3),
                top,
                s.x(0.38),
                top,
                s.x(0.62),
                s.x(0.7),
                top,
                s.x(0.7),
                back_top + 20.0
            );
            let body = self.body(s);
            s.canvas.path(&d, body);
            s.canvas.rect([s.x(0.36), back_top - 4.0, s.width() * 0.28, height * 0.7], 9.0, tone);
            return;
        }
        s.canvas.rect([193.0, s.top + height * 0.5, 14.0, back_top - s.top], 3.0, Tone::INK);
        s.canvas.rect([s.x(0.3), s.top, s.width() * 0.4, height], 13.0, s.main.darker(0.08));
    }

    fn draw_seat(&self, s: &mut Scene, seat: f64) {
        let body = self.body(s);
        let (x, w) = (s.x(0.13), s.width() * 0.74);
        s.canvas.rect([x, seat - 4.0, w, 27.0], 12.0, body.darker(0.1));
        s.canvas.rect([x, seat - 6.0, w, 18.0], 9.0, body.lighter(0.06));
        if self.racing {
            s.canvas.rect([x + w * 0.34, seat - 6.0, w * 0.32, 18.0], 3.0, s.main);
        }
    }
}

fn draw_arms(s: &mut Scene, seat: f64) {
    for (post, pad) in [(0.1, 0.0), (0.86, 0.82)] {
        s.canvas.rect([s.x(post), seat - 40.0, s.width() * 0.05, 50.0], 3.0, Tone::INK.lighter(0.12));
        s.canvas.rect([s.x(pad) + 2.0, seat - 48.0, s.width() * 0.18 - 4.0, 12.0], 6.0, Tone::INK);
    }
}

/// Chairs for the table.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chair {
    back: ChairBack,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChairBack {
    Wishbone,
    Shell,
    Scoop,
    Cane,
}

impl Chair {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let seat = s.y(0.53);
        match self.back {
            ChairBack::Wishbone => draw_wishbone(s, seat),
            ChairBack::Cane => draw_cane(s, seat),
            ChairBack::Shell => draw_shell(s, seat, 22.0),
            ChairBack::Scoop => draw_shell(s, seat, 46.0),
        }
        self.draw_seat_and_legs(s, seat);
    }

    fn draw_seat_and_legs(&self, s: &mut Scene, seat: f64) {
        let legs = match self.back {
            ChairBack::Shell | ChairBack::Scoop => s.trim,
            _ => s.main,
        };
        for (top, foot) in [(0.24, 0.2), (0.76, 0.8)] {
            let (top, foot) = (s.x(top), s.x(foot));
            s.tapered_leg(top, seat, foot, 10.0, legs.darker(0.25));
        }
        for (top, foot) in [(0.14, 0.06), (0.86, 0.94)] {
            let (top, foot) = (s.x(top), s.x(foot));
            s.tapered_leg(top, seat + 8.0, foot, 12.0, legs);
        }
        let cushion = match self.back {
            ChairBack::Wishbone => Tone::LINEN.darker(0.12),
            ChairBack::Cane => Tone::LINEN,
            _ => s.main.lighter(0.07),
        };
        s.canvas.rect([s.x(0.06), seat - 2.0, s.width() * 0.88, 20.0], 9.0, cushion.darker(0.12));
        s.canvas.rect([s.x(0.06), seat - 5.0, s.width() * 0.88, 16.0], 8.0, cushion);
    }
}

fn draw_wishbone(s: &mut Scene, seat: f64) {
    let rail = s.top + 12.0;
    let tone = s.main;
    for x in [s.x(0.16), s.x(0.84)] {
        s.canvas.line((x, rail), (x, seat), tone.darker(0.1), 9.0);
    }
    s.canvas.stroke(&outline!("M200 {}V{}", seat, seat - 44.0), tone, 8.0);
    s.canvas.stroke(&outline!("M200 {}Q{} {} {} {}", seat - 40.0, s.x(0.4), seat - 62.0, s.x(0.36), rail), tone, 7.0);
    s.canvas.stroke(&outline!("M200 {}Q{} {} {} {}", seat - 40.0, s.x(0.6), seat - 62.0, s.x(0.64), rail), tone, 7.0);
    let d = outline!("M{} {}Q200 {} {} {}", s.x(0.02), rail + 16.0, rail - 22.0, s.x(0.98), rail + 16.0);
    s.canvas.stroke(&d, tone.lighter(0.06), 13.0);
}

fn draw_cane(s: &mut Scene, seat: f64) {
    let (x, w) = (s.x(0.14), s.width() * 0.72);
    let height = seat - s.top - 16.0;
    s.canvas.rect([x, s.top, 10.0, seat - s.top], 3.0, s.main);
    s.canvas.rect([x + w - 10.0, s.top, 10.0, seat - s.top], 3.0, s.main);
    s.canvas.rect([x, s.top, w, height], 14.0, s.main);
    s.canvas.rect([x + 11.0, s.top + 11.0, w - 22.0, height - 22.0], 8.0, Tone::LINEN);
    weave(s, [x + 11.0, s.top + 11.0, w - 22.0, height - 22.0]);
}

/// Diagonal webbing over an area.
pub(crate) fn weave(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    let tone = Tone::LINEN.darker(0.2);
    let mut d = String::new();
    let steps = (w / 14.0).round().max(2.0);
    for step in 0..steps as u32 {
        let from = x + w * f64::from(step) / steps;
        let to = x + w * f64::from(step + 1) / steps;
        d.push_str(&outline!(
            "M{} {}L{} {}M{} {}L{} {}",
            from,
            y + 2.0,
            to,
            y + h - 2.0,
            to,
            y + 2.0,
            from,
            y + h - 2.0
        ));
    }
    let rows = (h / 16.0).round().max(2.0);
    for row in 1..rows as u32 {
        let line = y + h * f64::from(row) / rows;
        d.push_str(&outline!("M{} {}h{}", x + 2.0, line, w - 4.0));
    }
    s.canvas.stroke(&d, tone, 1.0);
}

fn draw_shell(s: &mut Scene, seat: f64, waist: f64) {
    let (main, top) = (s.main, s.top);
    let d = outline!(
        "M{} {}Q{} {} {} {}Q{} {} 200 {}Q{} {} {} {}Q{} {} {} {}z",
        s.x(0.2),
        seat + 6.0,
        s.x(0.04),
        seat - waist,
        s.x(0.08),
        top + 26.0,
        s.x(0.1),
        top,
        top,
        s.x(0.9),
        top,
        s.x(0.92),
        top + 26.0,
        s.x(0.96),
        seat - waist,
        s.x(0.8),
        seat + 6.0,
    );
    s.canvas.path(&d, main);
    s.canvas.stroke(
        &outline!("M{} {}Q200 {} {} {}", s.x(0.18), seat - 26.0, seat - 10.0, s.x(0.82), seat - 26.0),
        main.line(),
        1.8,
    );
}
