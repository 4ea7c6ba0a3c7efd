//! Planters, mirrors and rugs.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A pot, shown with a plant.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planter {
    build: PlanterBuild,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlanterBuild {
    Stand,
    Box,
}

impl Planter {
    pub(crate) fn draw(&self, s: &mut Scene) {
        // The plant takes the upper part of the picture, whatever the size of the pot.
        let pot = s.floor - s.height() * 0.62;
        match self.build {
            PlanterBuild::Stand => {
                draw_leaves(s, 200.0, pot, 1.15);
                draw_pot_on_stand(s, pot);
            }
            PlanterBuild::Box => {
                for x in [s.x(0.2), s.x(0.5), s.x(0.8)] {
                    draw_leaves(s, x, pot, 0.9);
                }
                for share in [0.05, 0.95] {
                    s.canvas.line((s.x(share), pot + 10.0), (s.x(share), s.floor - 3.0), s.main.darker(0.2), 6.0);
                }
                s.canvas.rect([s.left, pot, s.width(), (s.floor - pot) * 0.55], 3.0, s.main);
                s.canvas.rect([s.left - 2.0, pot, s.width() + 4.0, 8.0], 2.0, s.main.lighter(0.12));
            }
        }
    }
}

fn draw_leaves(s: &mut Scene, x: f64, pot: f64, scale: f64) {
    for (lean, height, dark) in
        [(-52.0, 78.0, 0.12), (52.0, 78.0, 0.12), (-28.0, 104.0, 0.0), (28.0, 104.0, 0.0), (0.0, 120.0, 0.06)]
    {
        let (tip_x, tip_y) = (x + lean * scale, pot - height * scale);
        let d = outline!(
            "M{} {}Q{} {} {} {}Q{} {} {} {}z",
            x,
            pot + 6.0,
            tip_x - 20.0 * scale,
            tip_y + 44.0 * scale,
            tip_x,
            tip_y,
            tip_x + 20.0 * scale,
            tip_y + 44.0 * scale,
            x,
            pot + 6.0
        );
        s.canvas.path(&d, Tone::LEAF.darker(dark));
        s.canvas.stroke(
            &outline!("M{} {}Q{} {} {} {}", x, pot, tip_x, tip_y + 50.0 * scale, tip_x, tip_y + 8.0),
            Tone::LEAF.lighter(0.2),
            1.6,
        );
    }
}

fn draw_pot_on_stand(s: &mut Scene, pot: f64) {
    let (x, w) = (s.x(0.1), s.width() * 0.8);
    let h = (s.floor - pot) * 0.72;
    for (top, foot) in [(0.06, 0.02), (0.94, 0.98)] {
        let (top, foot, tone) = (s.x(top), s.x(foot), Tone::from_hex("#a9784c"));
        s.canvas.line((top, pot + 20.0), (foot, s.floor - 4.0), tone, 8.0);
    }
    let d = outline!("M{} {}h{}l-{} {}q-4 8 -14 8h-{}q-10 0 -14 -8z", x, pot, w, w * 0.08, h, w * 0.84 - 28.0);
    s.canvas.path(&d, s.main.darker(0.03));
    s.canvas.rect([x - 3.0, pot - 4.0, w + 6.0, 12.0], 4.0, s.main.lighter(0.12));
    s.canvas.stroke(&outline!("M{} {}l{} {}", x + 14.0, pot + 22.0, w * 0.04, h * 0.5), s.main.lighter(0.4), 5.0);
}

/// A mirror on a wall or leaning against it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mirror {
    build: MirrorBuild,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MirrorBuild {
    Arch,
    Round,
}

impl Mirror {
    /// Whether it stands on the floor.
    pub(super) fn stands(&self) -> bool {
        self.build == MirrorBuild::Arch
    }

    pub(crate) fn draw(&self, s: &mut Scene) {
        match self.build {
            MirrorBuild::Round => {
                let r = s.width().min(250.0) / 2.0;
                s.canvas.circle(203.0, 206.0, r, Tone::INK.lighter(0.74));
                s.canvas.circle(200.0, 200.0, r, s.main);
                s.canvas.circle(200.0, 200.0, r - 8.0, Tone::GLASS);
                reflections(s, [200.0 - r * 0.5, 200.0 - r * 0.5, r, r]);
            }
            MirrorBuild::Arch => {
                for (inset, tone) in [(0.0, s.main), (7.0, Tone::GLASS)] {
                    let (x, w) = (s.left + inset, s.width() - 2.0 * inset);
                    let r = w / 2.0;
                    let d = outline!(
                        "M{} {}V{}a{} {} 0 0 1 {} 0V{}z",
                        x,
                        s.floor - inset,
                        s.top + inset + r,
                        r,
                        r,
                        w,
                        s.floor - inset
                    );
                    s.canvas.path(&d, tone);
                }
                reflections(s, [s.x(0.26), s.y(0.72), s.width() * 0.5, s.height() * 0.4]);
            }
        }
    }
}

fn reflections(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    s.canvas.line((x, y + h * 0.7), (x + w * 0.6, y), Tone::PAPER, 9.0);
    s.canvas.line((x + w * 0.22, y + h * 0.8), (x + w * 0.72, y + h * 0.2), Tone::PAPER, 4.0);
}

/// A rug, seen from above.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rug {
    pattern: Pattern,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pattern {
    Stripes,
    Medallion,
    Round,
}

impl Rug {
    pub(crate) fn draw(&self, s: &mut Scene) {
        match self.pattern {
            Pattern::Round => draw_braids(s),
            Pattern::Stripes => draw_stripes(s),
            Pattern::Medallion => draw_medallion(s),
        }
    }
}

fn fringe(s: &mut Scene) {
    let mut d = String::new();
    let count = (s.width() / 8.0).floor();
    for step in 0..=count as u32 {
        let x = s.x(0.02 + 0.96 * f64::from(step) / count);
        d.push_str(&outline!("M{} {}V{}M{} {}V{}", x, s.top - 7.0, s.top, x, s.floor, s.floor + 7.0));
    }
    s.canvas.stroke(&d, Tone::LINEN.darker(0.16), 2.0);
}

fn draw_stripes(s: &mut Scene) {
    fringe(s);
    let main = s.main;
    s.canvas.rect([s.left, s.top, s.width(), s.height()], 3.0, main);
    for (share, height) in
        [(0.1, 0.03), (0.18, 0.012), (0.48, 0.012), (0.5, 0.04), (0.56, 0.012), (0.82, 0.012), (0.88, 0.03)]
    {
        s.canvas.rect([s.left, s.top + s.height() * share, s.width(), s.height() * height], 0.0, main.darker(0.2));
    }
}

fn draw_medallion(s: &mut Scene) {
    fringe(s);
    let main = s.main;
    let (w, h) = (s.width(), s.height());
    let cream = Tone::LINEN;
    s.canvas.rect([s.left, s.top, w, h], 3.0, main);
    s.canvas.rect([s.left + 9.0, s.top + 9.0, w - 18.0, h - 18.0], 1.0, cream.darker(0.08));
    s.canvas.rect([s.left + 14.0, s.top + 14.0, w - 28.0, h - 28.0], 1.0, main.lighter(0.12));
    for (size, tone) in [(0.42, cream), (0.34, main), (0.2, cream.darker(0.06)), (0.1, main.darker(0.1))] {
        let (rx, ry) = (w * size, h * size);
        s.canvas.path(&outline!("M200 {}L{} 200L200 {}L{} 200z", 200.0 - ry, 200.0 + rx, 200.0 + ry, 200.0 - rx), tone);
    }
    for (x, y) in [(0.18, 0.14), (0.82, 0.14), (0.18, 0.86), (0.82, 0.86)] {
        s.canvas.circle(s.x(x), s.y(y), 7.0, cream);
        s.canvas.circle(s.x(x), s.y(y), 3.0, main.darker(0.1));
    }
}

fn draw_braids(s: &mut Scene) {
    let main = s.main;
    let r = s.width().min(s.height()) / 2.0;
    for ring in 0..9 {
        let tone = if ring % 2 == 0 { main } else { main.darker(0.08) };
        s.canvas.circle(200.0, 200.0, r * (1.0 - f64::from(ring) / 9.0), tone);
    }
}
