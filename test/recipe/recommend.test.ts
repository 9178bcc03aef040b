// `rectune recommend` against a server on loopback: the founding flow in Korean, a server that invents films, orders of
// candidates, failures, and texts that try to be more than text.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatRequest, ChatServerOptions } from "../emulator/chat-server.ts";
import { askRecommend, saidIn, secretKey as key, type Answered } from "./ask-recommend.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const sample = join(import.meta.dirname, "../../datasets/sample.yaml");
const flow = ["--history", "다크 나이트=5,조커=4", "--lang", "ko"];
const taste = "심리적 깊이가 있는 어두운 히어로물";
const batman =
  '"더 배트맨 (2022)"을 추천합니다.\n이유: 고담의 누아르 탐정물로, 심리를 깊이 다룹니다.';

let at: Workspace;

beforeAll(async () => {
  at = await makeWorkspace(1);
  const built = await at.run(["build", sample, "-o", "data"]);
  expect(built.code, built.stderr).toBe(0);
}, 60_000);

afterAll(() => at[Symbol.asyncDispose]());

const ask = (
  args: string[],
  answers: readonly string[],
  options: ChatServerOptions = {},
): Promise<Answered> => askRecommend(at, args, answers, options);

describe("the founding flow", () => {
  it("recommends 더 배트맨 (2022) with its reason", async () => {
    const { report, requests, code } = await ask([...flow, "--taste", taste, "-n", "1"], [batman]);
    expect(code).toBe(0);
    expect(report.items).toEqual([
      {
        rank: 1,
        id: "the-batman",
        title: "더 배트맨 (2022)",
        score: null,
        reason: "고담의 누아르 탐정물로, 심리를 깊이 다룹니다.",
        from: "model",
        written: null,
        spread: null,
      },
    ]);
    expect(report).toMatchObject({ dropped: [], filled: 0, ungrounded: [], notes: [] });
    expect(report.history.map(({ id }) => id)).toEqual(["dark-knight", "joker"]);
    expect(requests).toHaveLength(1);
    expect(saidIn(requests[0]!)).toContain("- 다크 나이트 (2008) 5\n- 조커 (2019) 4");
    expect(saidIn(requests[0]!)).toContain(taste);
  });

  it("asks again with the invented film named, and reports it", async () => {
    const invented = '"고담의 그림자 (2031)"\n이유: 없는 영화입니다.';
    const { report, requests } = await ask([...flow, "-n", "1"], [invented, batman]);
    expect(report.items.map(({ id, from }) => [id, from])).toEqual([["the-batman", "model"]]);
    expect(report.dropped).toEqual([
      { title: "고담의 그림자 (2031)", why: "off-catalog", id: null, ask: 1 },
    ]);
    expect(requests).toHaveLength(2);
    expect(saidIn(requests[0]!)).not.toContain("고담의 그림자");
    expect(saidIn(requests[1]!)).toContain("다음은 추천할 수 없습니다: 고담의 그림자 (2031)");
  });

  it("asks three times at most, then fills in and says so", async () => {
    const { report, requests } = await ask(
      [...flow, "-n", "3"],
      [
        `${batman}\n"조커 (2019)"\n이유: 봤습니다.`,
        '"없는 영화 (2031)"',
        "죄송하지만 모르겠습니다.",
      ],
    );
    expect(requests).toHaveLength(3);
    expect(report.items.map(({ from }) => from)).toEqual(["model", "retriever", "retriever"]);
    expect(new Set(report.items.map(({ id }) => id)).size).toBe(3);
    for (const { id } of report.items) expect(["dark-knight", "joker"]).not.toContain(id);
    expect(report.dropped.map(({ why, ask: n }) => [why, n])).toEqual([
      ["already seen", 1],
      ["off-catalog", 2],
      ["unreadable", 3],
    ]);
    expect(report.notes.join()).toContain("2 of 3 filled in by item-knn");
  });
});

describe("candidates", () => {
  it("are permuted, and what a model does with their order shows as spread", async () => {
    // A model that names the first three of the list, whatever they are: position is all it sees.
    const listed = ({ body }: ChatRequest): string[] =>
      body.messages
        .at(-1)!
        .content.split("골라 주세요.\n")[1]!
        .match(/^- .*$/gmu)!
        .slice(0, 3);
    const { report, requests } = await ask(
      [...flow, "-n", "3", "--candidates", "8", "--permutations", "4"],
      [],
      { reply: (request) => ({ text: listed(request).join("\n") }) },
    );
    expect(requests).toHaveLength(4);
    const lists = requests.map((request) =>
      saidIn(request)
        .match(/^- .*$/gmu)!
        .slice(2),
    );
    expect(new Set(lists.map((list) => list.toSorted().join())).size).toBe(1);
    expect(new Set(lists.map((list) => list.join())).size).toBeGreaterThan(1);
    expect(report.items).toHaveLength(3);
    expect(
      report.items.some(({ spread }) => spread!.named < 4 || spread!.best < spread!.worst),
    ).toBe(true);
    const scores = report.items.map(({ score }) => score!);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(report).toMatchObject({ candidates: 8, permutations: 4, dropped: [] });
  });

  it("are all that counts", async () => {
    const { report } = await ask(
      [...flow, "-n", "1", "--candidates", "1", "--retriever", "popularity"],
      [batman],
    );
    expect(report.dropped[0]).toMatchObject({ why: "not a candidate", id: "the-batman" });
    expect(report.items[0]!.from).toBe("retriever");
  });
});

describe("whom it is for", () => {
  it("shows a user's last rows, and recommends nothing they have seen", async () => {
    const { report, requests } = await ask(["--user", "u001", "-n", "2"], ["nothing"]);
    expect(report.history).toHaveLength(10);
    expect(saidIn(requests[0]!)).toContain(`- ${report.history.at(-1)!.title}`);
    const seen = new Set(report.history.map(({ id }) => id));
    expect(report.items.filter(({ id }) => seen.has(id))).toEqual([]);
  });

  it.each(["en", "ko"])(
    "reads titles in either language, whatever the prompt's (%s)",
    async (lang) => {
      const history = ["--history", "The Dark Knight=5,조커=4,대부=3", "--lang", lang];
      const { report, requests } = await ask([...history, "-n", "1"], [batman]);
      expect(report.history.map(({ id }) => id)).toEqual(["dark-knight", "joker", "godfather"]);
      expect(report.ungrounded).toEqual([]);
      const shown = lang === "ko" ? "- 다크 나이트 (2008) 5" : "- The Dark Knight (2008) 5";
      expect(saidIn(requests[0]!)).toContain(shown);
      expect(report.items[0]!.title).toBe(lang === "ko" ? "더 배트맨 (2022)" : "The Batman (2022)");
    },
  );

  it("uses an unknown title as text, and reports it", async () => {
    const { report, requests } = await ask(
      ["--history", "세상에 없던 영화=5,조커=4", "-n", "1"],
      [batman],
    );
    expect(report.ungrounded).toEqual([{ given: "세상에 없던 영화", why: "unknown", mayBe: [] }]);
    expect(saidIn(requests[0]!)).toContain("- 세상에 없던 영화 5");
  });
});

describe("a limit of dollars", () => {
  const price = ["--price", "1,2"];

  it("refuses before the first call that could pass it", async () => {
    const { code, stderr, requests } = await ask(
      [...flow, ...price, "--max-usd", "0.0001"],
      [batman],
    );
    expect(code).toBe(5);
    expect(stderr).toMatch(/--max-usd: the next request may cost \$0\.00\d+, more than the limit/);
    expect(stderr).toContain("$0.000100; nothing was sent");
    expect(stderr).not.toMatch(/are spent|are kept/);
    expect(requests).toEqual([]);
  });

  it("keeps what was answered, fills in, and says so", async () => {
    // One request with five items holds about $0.003 of the limit, and costs what the server counts.
    const usage = { prompt_tokens: 1500, completion_tokens: 500 };
    const { report, requests } = await ask(
      [...flow, ...price, "--max-usd", "0.005", "-n", "5"],
      [],
      { reply: () => ({ text: batman, usage }) },
    );
    expect(requests.length).toBeLessThan(3);
    expect(report.used.costUsd).toBeCloseTo(requests.length * 0.0025, 9);
    expect(report.items[0]).toMatchObject({ id: "the-batman", from: "model" });
    expect(report.notes.join()).toMatch(/not asked again: .*the next request may cost/u);
  });

  it("needs a price", async () => {
    const { code, stderr, requests } = await ask([...flow, "--max-usd", "1"], [batman]);
    expect(code).toBe(5);
    expect(stderr).toContain("--price IN,OUT");
    expect(requests).toEqual([]);
  });
});

describe("shots", () => {
  it("show other people and what they took up next, and are named in the result", async () => {
    const { report, requests } = await ask([...flow, "--shots", "3", "-n", "1"], [batman]);
    expect(report.shots).toHaveLength(3);
    const people = report.shots.map((id) => id.split("/")[1]);
    expect(new Set(people).size).toBe(3);
    const lines = saidIn(requests[0]!).match(/^사용자 [A-C].* → .+$/gmu)!;
    expect(lines).toHaveLength(3);
    // They share most with the history.
    expect(lines.join()).toMatch(/다크 나이트|조커/u);
  });

  it("of a user are of others, and no later than the user's own last row", async () => {
    const user = ["--user", "u001", "--seed", "4"];
    const [first, second] = [
      await ask([...user, "--shots", "2", "-n", "1"], [batman]),
      await ask([...user, "--shots", "2", "-n", "1"], [batman]),
    ];
    expect(first.report.shots).toEqual(second.report.shots);
    expect(first.report.shots.map((id) => id.split("/")[1])).not.toContain("u001");
  });
});

describe("a wording that asks for JSON", () => {
  const json = ["--wording", "json"];
  const said = (...titles: string[]): string =>
    JSON.stringify({ recommendations: titles.map((title) => ({ title, reason: "누아르" })) });

  it("is held to a schema, which knows the candidates", async () => {
    const { report, requests } = await ask([...flow, ...json, "-n", "1", "--candidates", "4"], [], {
      reply: ({ body }) => {
        const { title } = titleSchema(body);
        return { text: said(title.enum![1]!) };
      },
    });
    const { title } = titleSchema(requests[0]!.body);
    expect(title.enum).toHaveLength(4);
    expect(report.items).toMatchObject([
      { title: title.enum![1], reason: "누아르", from: "model" },
    ]);
    expect(report.wording).toContain("/json@");
  });

  it("may be answered by a server without schemas, and cut off", async () => {
    const cut = `${said("더 배트맨 (2022)", "조커 (2019)").slice(0, -20)}`;
    const { report, requests } = await ask([...flow, ...json, "-n", "1"], [cut], {
      script: (_n, { body }) =>
        body["response_format"] === undefined
          ? { kind: "answer" }
          : { kind: "status", status: 400, error: { message: "unknown field response_format" } },
    });
    expect(report.items.map(({ id }) => id)).toEqual(["the-batman"]);
    expect(requests).toHaveLength(3);
  });
});

function titleSchema(body: ChatRequest["body"]): { title: { type: string; enum?: string[] } } {
  const format = body["response_format"] as {
    json_schema: {
      schema: { properties: { recommendations: { items: { properties: unknown } } } };
    };
  };
  return format.json_schema.schema.properties.recommendations.items.properties as {
    title: { type: string; enum?: string[] };
  };
}

describe("what goes wrong", () => {
  it("ends with 4 where no answer comes, without the key in it", async () => {
    const { code, stderr } = await ask([...flow], [batman], {
      script: () => ({ kind: "status", status: 401, error: { message: `bad key ${key}` } }),
    });
    expect(code).toBe(4);
    expect(stderr).not.toContain(key);
  });

  it.each(["toy", "tiny:x", "job:a/b", "job"])("says where %s stands: --model", async (model) => {
    const { code, stderr } = await ask(["--history", "조커=4", "--model", model], [batman]);
    expect(code).toBe(2);
    expect(stderr).toContain("error[model-unknown]: --model: ");
    expect(stderr).not.toMatch(/systems|job:base|job@/);
  });

  it.each([
    [["--history", "조커=4", "--user", "u1"], "one of --user and --history"],
    [[], "one of --user and --history"],
    [["--history", "조커=11"], "the scale is 1 to 5"],
    [["--history", "조커=4", "--permutations", "2"], "nothing to permute"],
    [["--history", "조커=4", "-n", "5", "--candidates", "2"], "fewer than the 5 items"],
    [["--history", "조커=4", "--retriever", "esae"], "ease"],
    [["--history", "조커=4", "--lang", "fr"], "Known: en, ko"],
    [["--history", "조커=4", "--taste", "x".repeat(2001)], "2001 characters"],
    [["--user", "nobody"], 'no user "nobody"'],
    [["--history", "조커=4", "--shots", "27"], "more than 26"],
    [["--history", "조커=4", "--wording", "poem"], "Known: "],
    [["--history", "조커=4", "--price", "1"], "not two prices"],
    [["--history", "조커=4", "--max-usd", "much"], "not an amount of dollars"],
    [["--history", "조커=4", "--set", "lang=ko"], "no recipe to override"],
  ])("refuses %j before anything is sent", async (args, message) => {
    const { code, stderr, requests } = await ask(args, [batman]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(requests).toEqual([]);
  });
});
