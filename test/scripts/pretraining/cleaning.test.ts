import { describe, expect, it } from 'vitest';
import {
  CHINESE_PROSE,
  Cleaner,
  isChineseProse,
  isProse,
  joinSentences,
  paragraphsOfHtml,
  paragraphsOfSentences,
  paragraphsOfText,
  sentencesOf,
  tidy,
} from '../../../scripts/pretraining/cleaning.js';

const SENTENCE = 'It is a truth universally acknowledged that this is a sentence of plain prose.';

describe('paragraphs', () => {
  it('come from between block tags, without code, with entities decoded', () => {
    const html = `<title>t</title><p>One &amp; <b>two</b>&#8212;&#x33;.<p>Next<br>line<pre>code</pre>
      <!-- no --><SCRIPT>x < y</SCRIPT><td>cell &unknown; &quot;q&quot;</td>`;
    expect(paragraphsOfHtml(html)).toEqual([
      'One & two - 3.',
      'Next',
      'line',
      'cell &unknown; "q"',
    ]);
  });

  it('come from between blank lines, with quotation marks and emphasis made plain', () => {
    expect(paragraphsOfText('“a\r\n b”\r\n \r\n_Title_ snake_case_name isn’t…')).toEqual([
      '"a b"',
      "Title snake_case_name isn't...",
    ]);
    expect(tidy('soft\u00adhyphen  -- dash')).toBe('softhyphen - dash');
  });

  it('keep the marks of Chinese text, without spaces that its own characters do not need', () => {
    expect(
      paragraphsOfText('点击「确定」\n按钮 —— 然后  用 GIMP 打开 ，\n等待…… 参看 ( ls(1) ) 。'),
    ).toEqual(['点击“确定”按钮——然后用 GIMP 打开，等待……参看 (ls(1))。']);
    expect(tidy('使用 “dpkg --help” 查看 Debian’s 说明 -- 很短。')).toBe(
      "使用“dpkg --help”查看 Debian's 说明——很短。",
    );
  });

  it('are marked as English is where only a name is Chinese', () => {
    expect(tidy('The city of “北京” — Beijing in Latin letters…')).toBe(
      'The city of "北京" - Beijing in Latin letters...',
    );
  });

  it('are made of sentences where there are none', () => {
    const text = Array(10).fill(SENTENCE).join(' ');
    const paragraphs = paragraphsOfSentences(text, 200);
    expect(paragraphs.every(({ length }) => length <= 200)).toBe(true);
    expect(paragraphs.join(' ')).toBe(text);
  });
});

describe('isProse', () => {
  it.each([
    ['prose', SENTENCE, true],
    ['a heading', 'The State of the Union and What Is to Be Done', false],
    ['code', 'for (i = 0; i < 10; i++) { x[i] = the_value; } and so on.', false],
    ['a list of names', 'London Paris Berlin Rome Madrid Vienna Prague Warsaw Lisbon Oslo.', false],
    ['numbers', 'In 1990 12.5, 1991 13.7, 1992 14.9, 1993 15.1 and 1994 16.2 of 100.', false],
    [
      'another language',
      'Il est une vérité universellement reconnue ici et partout ailleurs.',
      false,
    ],
    ['a fragment', 'Not enough of this.', false],
  ])('tells %s', (_, paragraph, expected) => {
    expect(isProse(paragraph)).toBe(expected);
  });
});

describe('isChineseProse', () => {
  it.each([
    ['prose', '自动调整栏的宽度，以适应单元格的内容。', true],
    ['prose that names programs', '要获得文件所属的软件包，请在 Debian 系统上运行 dpkg：', true],
    ['a quotation', '他说：“这个程序运行得很好，不用改了。”', true],
    ['prose with marks of Latin', '这里有一些帮你搭建虚拟化系统的软件包.', true],
    ['a heading', '获取和安装软件包以及它们的源代码', false],
    ['a fragment', '请看下面。', false],
    ['the end of a sentence', '，然后将显示的结果与文件中的值进行比较。', false],
    ['what was not translated', SENTENCE, false],
    [
      'what was translated in part',
      'Opens the dialog of options, where the 数据字段 is chosen by its name。',
      false,
    ],
    ['Japanese', 'このプログラムはファイルをひらくためのものです。', false],
    ['code', '设置变量：{ 名称 = $值; 列表[0] = 数字; }：如果 (a < b) 返回 c_d;：', false],
    ['numbers', '价格为 12.50、13.75、14.90、15.10 和 16.20 元。', false],
    ['too much', `${'很长'.repeat(4001)}。`, false],
  ])('tells %s', (_, paragraph, expected) => {
    expect(isChineseProse(paragraph)).toBe(expected);
  });
});

describe('sentences', () => {
  it('of Chinese are parted after their marks and joined without spaces', () => {
    const text = '你好吗？我很好！“请坐。”他说完就走了。';
    const sentences = sentencesOf(text);
    expect(sentences).toEqual(['你好吗？', '我很好！', '“请坐。”', '他说完就走了。']);
    expect(joinSentences(sentences)).toBe(text);
  });

  it('of English are joined by spaces, also in Chinese text', () => {
    expect(joinSentences(['One.', 'Two!', '三。', '四(“五！”)', 'Six.'])).toBe(
      'One. Two! 三。四(“五！”)Six.',
    );
    expect(joinSentences([])).toBe('');
  });
});

describe('Cleaner', () => {
  it('keeps Chinese prose by its own sizes and leaves what was not translated', () => {
    const cleaner = new Cleaner(CHINESE_PROSE);
    const repeated = '表格的总宽度不能超过页面的宽度。';
    const first = '从表格中删除选中的列，然后调整其他列。';
    const second = '仅当光标位于表格中时，此命令才可以使用。';
    expect(cleaner.clean([[`${first}${repeated}${second}`, SENTENCE]])).toEqual([
      [`${first}${repeated}${second}`],
    ]);
    const other = '向表格中插入行或者列，并选择它们的位置和数目。';
    const last = '要撤销这一步，请从编辑菜单中选择第一项命令。';
    expect(cleaner.clean([[`${other}${repeated}${last}`], [other + first]])).toEqual([
      [`${other}${last}`],
    ]);
  });

  it('keeps a long sentence once over all documents, and drops what is left too short', () => {
    const cleaner = new Cleaner();
    const other = SENTENCE.replace('truth', 'fact');
    expect(cleaner.clean([[SENTENCE, other, SENTENCE]])).toEqual([[SENTENCE, other]]);
    expect(cleaner.clean([[SENTENCE, other]])).toEqual([]);
  });
});
