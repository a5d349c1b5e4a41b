import * as vscode from 'vscode';
import type { RunColor } from '../../../core/runs/annotations.js';

/** Theme colors of groups. */
export const GROUP_COLORS: Readonly<Record<RunColor, vscode.ThemeColor>> = {
  red: new vscode.ThemeColor('charts.red'),
  orange: new vscode.ThemeColor('charts.orange'),
  yellow: new vscode.ThemeColor('charts.yellow'),
  green: new vscode.ThemeColor('charts.green'),
  blue: new vscode.ThemeColor('charts.blue'),
  purple: new vscode.ThemeColor('charts.purple'),
};
