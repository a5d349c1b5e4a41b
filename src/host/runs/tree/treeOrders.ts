import * as vscode from 'vscode';
import { NEWEST_FIRST, orderText, parseOrder } from '../../../core/experiments/query/runOrder.js';
import { parameterTitle } from '../../../core/experiments/differences.js';

/** An order that the view offers. */
export interface TreeOrder {
  /** As `parseOrder` reads it. */
  readonly sort: string;
  readonly title: string;
}

/** Orders that every list has. */
export function usualOrders(): TreeOrder[] {
  return [
    { sort: 'date', title: vscode.l10n.t('Newest first') },
    { sort: '-date', title: vscode.l10n.t('Oldest first') },
    { sort: 'name', title: vscode.l10n.t('Name') },
    { sort: 'best', title: vscode.l10n.t('Best result first') },
    { sort: '-best', title: vscode.l10n.t('Worst result first') },
    { sort: 'time', title: vscode.l10n.t('Shortest training first') },
    { sort: '-time', title: vscode.l10n.t('Longest training first') },
  ];
}

/** Orders by a parameter, in both directions. */
export function ordersBy(parameter: string): TreeOrder[] {
  return [false, true].map((isReversed) => {
    const sort = orderText({ by: parameter, isReversed });
    return { sort, title: titleOf(sort) };
  });
}

/** Title of an order beside the view's own; none for the usual one. */
export function orderTitle(sort: string): string[] {
  return sort === orderText(NEWEST_FIRST) ? [] : [titleOf(sort)];
}

function titleOf(sort: string): string {
  const usual = usualOrders().find((order) => order.sort === sort);
  if (usual !== undefined) return usual.title;
  const { by, isReversed } = parseOrder(sort);
  const title = parameterTitle(by);
  return isReversed
    ? vscode.l10n.t('{0}, descending', title)
    : vscode.l10n.t('{0}, ascending', title);
}
